using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.Ingest;

/// <summary>
/// A recording whose tables come while it is being read. One thread decodes; whoever asks for the next table merges what has been decoded
/// meanwhile. The decoding waits when it is too far ahead, so memory does not grow with the recording.
/// </summary>
/// <param name="input">The recording; the stream takes it over.</param>
/// <param name="options">Size of tables, and how soon they come.</param>
/// <param name="decode">Reads the whole recording and tells of its rounds.</param>
internal sealed class StreamedTrace(TraceInput input, IngestOptions options, Func<IRounds, DecodedTrace> decode) : EventStream, IRounds
{
    // Rows that are passed on at a time, at least, and how often before the decoding has to wait.
    private const long RoundRowsMin = 1 << 15;
    private const int RoundsAhead = 4;

    private readonly BlockingCollection<Step> _steps = new(RoundsAhead);
    private readonly CancellationTokenSource _stop = new();
    private readonly TraceAssembler _assembler = new(options.BatchRows);
    private Thread? _decoding;
    private DecodedTrace? _decoded;
    private EventColumns? _given;
    private TraceFacts _facts = new() { Format = "", Trace = input.Name };
    private long _toldRows;
    private bool _isOver;

    public override TraceFacts Facts => _isOver ? _facts : _assembler.FactsSoFar(_facts);

    public override CommTable CommNames => _assembler.Names;

    public bool IsLive => options.IsLive;

    /// <inheritdoc/>
    /// <exception cref="IngestException">The recording is rejected, or changed while it was read.</exception>
    /// <exception cref="OutOfOrderException">It must be read as a whole.</exception>
    public override EventTable? Next()
    {
        if (_given is not null)
            _assembler.Recycle(_given);
        _given = null;
        if (_decoding is null)
            Start();
        while (true)
        {
            _given = _assembler.Next();
            if (_given is not null)
            {
                _given.Complete(Facts, CommNames);
                return _given;
            }

            if (_isOver)
                return null;
            Take(_steps.Take());
        }
    }

    public void Tell(TraceFacts facts) => _steps.Add(new Step { Facts = facts }, _stop.Token);

    public void Round(IReadOnlyList<RawEventStream> streams, long untilNs)
    {
        long rows = 0;
        foreach (RawEventStream stream in streams)
            rows += stream.Rows;

        // Rows of a file are passed on some rounds at a time.
        if (rows - _toldRows < (options.IsLive ? 1 : Math.Min(options.BatchRows, RoundRowsMin)))
            return;
        _toldRows = rows;
        foreach (RawEventStream stream in streams)
            stream.ToldRows = stream.Rows;
        _steps.Add(new Step { Ranges = [.. streams.Select(stream => new RowRange(stream))], UntilNs = untilNs }, _stop.Token);
    }

    public override void Dispose()
    {
        _stop.Cancel();

        // A pipe may have nothing to say for hours; its thread ends with the process.
        if (_decoding is { IsAlive: true } && input.IsPipe)
            return;
        _decoding?.Join();
        while (_steps.TryTake(out Step? step))
            step.Decoded?.Dispose();
        _decoded?.Dispose();
        input.Dispose();
        _steps.Dispose();
        _stop.Dispose();
        base.Dispose();
    }

    private void Start()
    {
        _decoding = new Thread(Decode) { IsBackground = true, Name = "decode" };
        _decoding.Start();
    }

    private void Decode()
    {
        Step last;
        try
        {
            last = new Step { Decoded = decode(this) };
        }
        catch (Exception failure)
        {
            last = new Step { Failure = ExceptionDispatchInfo.Capture(failure) };
        }

        try
        {
            _steps.Add(last, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            last.Decoded?.Dispose();
        }
    }

    private void Take(Step step)
    {
        if (step.Failure is { } failure)
        {
            // If somebody wrote to the input, that is why.
            input.RequireUnchanged();
            failure.Throw();
        }

        if (step.Facts is { } facts)
            _facts = TraceAssembler.Named(facts, input);
        if (step.Ranges is { } ranges)
            _assembler.Take(ranges, step.UntilNs);
        if (options.IsLive)
            _assembler.EndBatch();
        if (step.Decoded is { } decoded)
            End(decoded);
        if (!input.IsPipe && (_assembler.LateRows > 0 || _assembler.IsMistaken))
            throw new OutOfOrderException($"{input.Name} does not hold its events in the order in which they happened: it must be read as a whole");
    }

    private void End(DecodedTrace decoded)
    {
        _decoded = decoded;
        _assembler.Take(decoded.Streams.Select(stream => new RowRange(stream)), long.MaxValue);
        _facts = _assembler.Complete(decoded.Streams, TraceAssembler.Named(decoded.Facts, input), decoded.Skipped, () => input.Digest);
        _isOver = true;
        input.RequireUnchanged();
    }

    /// <summary>What the decoding thread has to say: how far it is, or how it ended.</summary>
    private sealed record Step
    {
        public TraceFacts? Facts { get; init; }

        public ImmutableArray<RowRange>? Ranges { get; init; }

        public long UntilNs { get; init; }

        public DecodedTrace? Decoded { get; init; }

        public ExceptionDispatchInfo? Failure { get; init; }
    }
}

/// <summary>
/// The recording does not hold its events in the order that its format promises, or its end showed that they meant something else. Rows
/// that were handed out are not right: <see cref="TraceReader.Read(string, IngestOptions)"/> reads the recording as a whole.
/// </summary>
public sealed class OutOfOrderException(string message) : Exception(message);
