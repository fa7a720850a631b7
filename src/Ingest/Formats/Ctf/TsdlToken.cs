namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>A word, number, text in quotes or mark of TSDL.</summary>
/// <param name="Text">The word or mark; a text without its quotes; empty at the end.</param>
/// <param name="IsText">True for a text in quotes.</param>
/// <param name="At">Where it begins, in characters.</param>
internal readonly record struct TsdlToken(string Text, bool IsText, int At)
{
    public bool IsWord => !IsText && Text.Length > 0 && (char.IsAsciiLetterOrDigit(Text[0]) || Text[0] is '_' or '-');

    public bool Is(string mark) => !IsText && Text == mark;
}
