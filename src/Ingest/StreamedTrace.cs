using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.Ingest;

/// <summary>
/// A recording that gives tables while it is being read. One thread decodes. The thread that asks for the next table merges the rows that
/// have been decoded. The decoding thread waits if it is too far ahead, so memory does not grow with the recording.
/// </summary>
/// <param name="input">The recording; the stream takes ownership.</param>
/// <param name="options">The size of the tables, and whether incomplete ones are returned too.</param>
/// <param name="decode">Reads the whole recording and reports its rounds.</param>
internal sealed class StreamedTrace(IRecordingInput input, IngestOptions options, Func<IRounds, DecodedTrace> decode) : EventStream, IRounds
{
    // Minimum number of rows in a step, and the number of steps after which the decoding thread waits.
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
    /// <exception cref="OutOfOrderException">The recording must be read as a whole.</exception>
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

        // For a file, several rounds make one step.
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

        // A pipe may be silent for hours, so its thread is left to end with the process.
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
            // If the input was changed, that is the cause.
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
            throw new OutOfOrderException($"the events in {input.Name} are not in order of time, so it must be read as a whole");
    }

    private void End(DecodedTrace decoded)
    {
        _decoded = decoded;
        _assembler.Take(decoded.Streams.Select(stream => new RowRange(stream)), long.MaxValue);
        _facts = _assembler.Complete(decoded.Streams, TraceAssembler.Named(decoded.Facts, input), decoded.Skipped, () => input.Digest);
        _isOver = true;
        input.RequireUnchanged();
    }

    /// <summary>A message from the decoding thread: its progress, or how it ended.</summary>
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
/// The events are not in the order that the format promises, or later events contradict earlier ones. The rows that were returned are
/// wrong. Read the recording as a whole with <see cref="TraceReader.Read(string, IngestOptions)"/>.
/// </summary>
public sealed class OutOfOrderException(string message) : Exception(message);
