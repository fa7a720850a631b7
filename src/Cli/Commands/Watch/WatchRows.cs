using ForkTrace.Analytics.Storage;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Keeps intervals in a database, each in a transaction. The file is open only while rows are written, so that others can read it in between.
/// If another process uses the file, the interval is written together with the next one.
/// </summary>
internal sealed class WatchRows(OutputFile file)
{
    private const int WaitingMax = 600;
    private readonly List<ReplayInterval> _waiting = [];
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private long _watch;

    public void Add(ReplayInterval interval)
    {
        _waiting.Add(interval);
        try
        {
            Finish();
        }
        catch (ResultsDatabaseException fault) when (fault.Fault == ResultsFault.File && _watch > 0 && _waiting.Count < WaitingMax)
        {
        }
    }

    /// <summary>Writes the intervals that were kept back.</summary>
    public void Finish()
    {
        if (_waiting.Count == 0)
            return;
        if (_watch == 0)
            file.RemoveOther();
        using ResultsDatabase database = ResultsDatabase.Open(file.Path);
        while (_waiting.Count > 0)
        {
            _watch = database.AddWatchInterval(_watch, _startedAt, _waiting[0]);
            _waiting.RemoveAt(0);
        }
    }
}
