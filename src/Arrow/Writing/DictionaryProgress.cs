using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Writing;

/// <summary>How much of a field's dictionary has been written.</summary>
internal struct DictionaryProgress
{
    private bool _isStarted;
    private int _count;
    private int _bytes;

    /// <summary>Throws unless the dictionary begins, as far as its lengths tell, with what was written.</summary>
    public readonly void RequireGrown(ArrowField field, Utf8Builder? texts)
    {
        if (texts is null || (texts.Count >= _count && texts.Offsets.Span[_count] == _bytes))
            return;
        throw new ArgumentException(
            $"The dictionary of column '{field.Name}' is not the {_count} texts written so far plus new ones: a dictionary may only grow.");
    }

    /// <summary>Takes what is new; false if nothing is. The first batch of a dictionary is written even if it is empty.</summary>
    public bool Take(Utf8Builder texts, out ColumnData news, out bool isDelta)
    {
        isDelta = _isStarted;
        news = null!;
        if (_isStarted && texts.Count == _count)
            return false;
        int[] offsets = texts.Offsets.Span[_count..].ToArray();
        for (int i = 0; i < offsets.Length; i++)
            offsets[i] -= _bytes;
        news = ColumnData.FromTexts(offsets, texts.Bytes[_bytes..]);
        _isStarted = true;
        _count = texts.Count;
        _bytes = texts.Bytes.Length;
        return true;
    }
}
