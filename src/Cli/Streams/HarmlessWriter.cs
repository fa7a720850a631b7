using System.Text;
using ForkTrace.Cli.Rendering;

namespace ForkTrace.Cli.Streams;

/// <summary>
/// Passes text on to a terminal with all that could steer it spelt out, line ends and tabs excepted: for formats that hold values
/// exactly (CSV, JSON) where a person looks at them.
/// </summary>
internal sealed class HarmlessWriter(TextWriter terminal) : TextWriter
{
    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        string[] lines = (value ?? "").Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            if (index > 0)
                terminal.Write('\n');
            terminal.Write(string.Join('\t', lines[index].Split('\t').Select(EscapedText.Of)));
        }
    }

    public override void Flush() => terminal.Flush();
}
