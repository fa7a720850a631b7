namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>Splits TSDL into tokens: words, numbers, texts, marks. Comments are as in C.</summary>
internal ref struct TsdlLexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>The next token; an empty one at the end.</summary>
    public TsdlToken Next()
    {
        SkipBlanks();
        int start = _at;
        if (start >= _text.Length)
            return new TsdlToken("", false, start);
        char first = _text[start];
        if (first == '"')
            return TakeText();
        if (first is ':' && _text[start..].StartsWith(":=", StringComparison.Ordinal))
            return Take(2);
        if (first is '.' && _text[start..].StartsWith("...", StringComparison.Ordinal))
            return Take(3);
        if (!IsWordPart(first) && first != '-')
            return Take(1);
        int end = start + 1;
        while (end < _text.Length && IsWordPart(_text[end]))
            end++;
        return Take(end - start);
    }

    private static bool IsWordPart(char one) => char.IsAsciiLetterOrDigit(one) || one == '_';

    private TsdlToken Take(int length)
    {
        TsdlToken token = new(_text.Slice(_at, length).ToString(), false, _at);
        _at += length;
        return token;
    }

    private TsdlToken TakeText()
    {
        int start = _at++;
        System.Text.StringBuilder content = new();
        while (_at < _text.Length && _text[_at] != '"')
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
                _at++;
            content.Append(_text[_at++]);
        }

        _at = Math.Min(_at + 1, _text.Length);
        return new TsdlToken(content.ToString(), true, start);
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            ReadOnlySpan<char> rest = _text[_at..];
            if (rest[0] is ' ' or '\t' or '\r' or '\n' or '\0')
                _at++;
            else if (rest.StartsWith("/*", StringComparison.Ordinal))
                _at += rest[2..].IndexOf("*/", StringComparison.Ordinal) is >= 0 and int end ? end + 4 : rest.Length;
            else if (rest.StartsWith("//", StringComparison.Ordinal))
                _at += rest.IndexOf('\n') is >= 0 and int newline ? newline : rest.Length;
            else
                return;
        }
    }
}

/// <summary>A word, number, text (without quotes) or mark of TSDL, and the index of its first character. Empty at the end.</summary>
internal readonly record struct TsdlToken(string Text, bool IsText, int At)
{
    public bool IsWord => !IsText && Text.Length > 0 && (char.IsAsciiLetterOrDigit(Text[0]) || Text[0] is '_' or '-');
    public bool Is(string mark) => !IsText && Text == mark;
}
