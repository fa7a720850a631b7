namespace ForkTrace.Lifecycle.Rcu;

/// <summary>Finds a number by its rank without sorting all numbers (Hoare 1961).</summary>
internal static class Selection
{
    /// <summary>The number at an index of the sorted numbers. <paramref name="scratch"/> must be at least as long as the numbers.</summary>
    public static double NthLeast(ReadOnlySpan<double> numbers, int index, Span<double> scratch)
    {
        numbers.CopyTo(scratch);
        int low = 0, high = numbers.Length - 1;
        while (low < high)
        {
            double pivot = MiddleOf(scratch[low], scratch[(low + high) / 2], scratch[high]);
            int left = low, right = high;
            while (left <= right)
            {
                while (scratch[left] < pivot)
                    left++;
                while (scratch[right] > pivot)
                    right--;
                if (left <= right)
                {
                    (scratch[left], scratch[right]) = (scratch[right], scratch[left]);
                    left++;
                    right--;
                }
            }

            if (index <= right)
                high = right;
            else if (index >= left)
                low = left;
            else
                break;
        }

        return scratch[index];
    }

    private static double MiddleOf(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
