using System.Text;

namespace ForkTrace.Analytics.Storage;

/// <summary>Makes one line of the engine's messages, which quote the statement over several, with a caret below.</summary>
internal static class OneLine
{
    /// <summary>The lines joined by a space, without those that hold only a caret; control characters become spaces.</summary>
    public static string Of(string message)
    {
        StringBuilder line = new(message.Length);
        foreach (string part in message.Split('\n'))
        {
            string text = part.Trim();
            if (text.Length == 0 || text.All(character => character is '^' or ' '))
                continue;
            if (line.Length > 0)
                line.Append(' ');
            foreach (char character in text)
                line.Append(char.IsControl(character) ? ' ' : character);
        }

        return line.ToString();
    }
}
