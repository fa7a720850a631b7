using System.Globalization;
using System.Text;

namespace ForkTrace.Arrow.Tests;

/// <summary>Made-up content that is the same in every run.</summary>
internal static class Samples
{
    /// <summary>Lines like those of a trace: they compress, and no two are equal.</summary>
    public static byte[] Text(int length)
    {
        StringBuilder text = new();
        Random random = new(length);
        for (int i = 0; text.Length < length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i} task-{random.Next(100)} cpu {random.Next(8)} {random.NextInt64()}\n");
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
