namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// The pieces of a text between separators, as span's own Split gives them; that one is compiled anew in every process, which takes
/// longer than all the texts of a recording.
/// </summary>
internal ref struct TextPieces(ReadOnlySpan<char> text, char separator)
{
    private ReadOnlySpan<char> _rest = text;
    private bool _isAtEnd;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly TextPieces GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_isAtEnd)
            return false;
        int end = _rest.IndexOf(separator);
        _isAtEnd = end < 0;
        Current = _isAtEnd ? _rest : _rest[..end];
        _rest = _isAtEnd ? [] : _rest[(end + 1)..];
        return true;
    }
}
