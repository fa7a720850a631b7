namespace ForkTrace.Cli.Shared;

/// <summary>Finds the known word that a user meant by a misspelt one.</summary>
internal static class Spelling
{
    /// <summary>The nearest known word; null if more than a third of its letters are wrong.</summary>
    public static string? Nearest(string typed, IEnumerable<string> known) => known
        .Select(word => (Word: word, Distance: Distance(typed, word)))
        .Where(pair => pair.Distance <= Math.Max(1, pair.Word.TrimStart('-').Length / 3))
        .OrderBy(pair => pair.Distance)
        .Select(pair => pair.Word)
        .FirstOrDefault();

    // Counts letters left out, put in, changed, or swapped with their neighbour (Damerau, 1964; each position at most once).
    private static int Distance(string left, string right)
    {
        int[,] costs = new int[left.Length + 1, right.Length + 1];
        for (int row = 0; row <= left.Length; row++)
        {
            for (int column = 0; column <= right.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    costs[row, column] = row + column;
                    continue;
                }

                int change = left[row - 1] == right[column - 1] ? 0 : 1;
                int least = Math.Min(costs[row - 1, column - 1] + change, Math.Min(costs[row - 1, column], costs[row, column - 1]) + 1);
                bool isSwap = row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1];
                costs[row, column] = isSwap ? Math.Min(least, costs[row - 2, column - 2] + 1) : least;
            }
        }

        return costs[left.Length, right.Length];
    }
}
