using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>
/// A target that reads recordings like the tool: from a path to an event table, and then to the stack operations of a replay. If the format
/// does not recognise a damaged input, it is read again as with <c>--format</c>.
/// </summary>
public abstract class RecordingTarget : IFuzzTarget
{
    public abstract string Name { get; }

    public virtual string? Format => Name;

    public abstract IReadOnlyList<byte[]> Seeds();

    public bool Run(byte[] input)
    {
        IngestOptions options = Options(input);
        return TryRead(input, options, isAlone: false, out bool isUnknown)
            || (isUnknown && Format is not null && TryRead(input, options with { Format = Format }, isAlone: false, out _));
    }

    /// <summary>
    /// Only as this target's format, and only to the event table: <see cref="Targets.RecognitionTarget"/> has the first bytes of every format,
    /// and <see cref="Targets.ReplayTarget"/> tables of every kind.
    /// </summary>
    public virtual bool RunAlone(byte[] input) => TryRead(input, Options(input) with { Format = Format }, isAlone: true, out _);

    // Every other input is read with rows of every kind.
    private static IngestOptions Options(byte[] input) => new() { Threads = 1, KeepAll = (input.Length & 1) != 0 };

    /// <summary>The event table of an input. By default, an input is one file.</summary>
    protected virtual EventTable Read(byte[] input, IngestOptions options)
    {
        using ScratchFile file = new(input);
        return TraceReader.Read(file.Path, options);
    }

    private bool TryRead(byte[] input, IngestOptions options, bool isAlone, out bool isUnknown)
    {
        isUnknown = false;
        try
        {
            using EventTable table = Read(input, options);
            TableCheck.Hold(table);
            if (!isAlone)
                _ = LifecycleBuilder.Build(table);
            return true;
        }
        catch (IngestException rejection) when (rejection.Code.Length > 0 && rejection.Message.Length > 0)
        {
            isUnknown = rejection.Code is "unknown_format" or "ambiguous_format";
            return false;
        }
    }
}
