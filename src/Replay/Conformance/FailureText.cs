using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ForkTrace.Replay.Conformance;

/// <summary>The text of a failure, put together only if there is one.</summary>
[InterpolatedStringHandler]
internal readonly ref struct FailureText
{
    private readonly StringBuilder? _text;

    public FailureText(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = holds ? null : new StringBuilder(literalLength + (formattedCount * 16));
    }

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(CultureInfo.InvariantCulture, $"{value}");

    public override string ToString() => _text?.ToString() ?? "";
}
