namespace ForkTrace.Events;

/// <summary>Looks up a time in a column of times.</summary>
public static class SortedTimes
{
    /// <summary>Index of the first time that is not earlier than a given one; the length if there is none.</summary>
    /// <param name="timesNs">Times, non-decreasing.</param>
    /// <param name="timeNs">The time to look for.</param>
    public static int FirstFrom(this ReadOnlySpan<long> timesNs, long timeNs)
    {
        int low = 0, high = timesNs.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (timesNs[middle] < timeNs)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
