using System.Collections;

namespace ForkTrace.Analytics.Traces;

/// <summary>
/// Rows 0 to <paramref name="count"/> as the engine walks over them: the one object is handed out for each row, so that a scan of
/// millions of rows allocates nothing. Each scan needs its own.
/// </summary>
internal sealed class RowCursor(int count) : IEnumerable
{
    /// <summary>The row that the engine asks for.</summary>
    public int Row { get; private set; } = -1;

    public IEnumerator GetEnumerator()
    {
        for (Row = 0; Row < count; Row++)
            yield return this;
    }
}
