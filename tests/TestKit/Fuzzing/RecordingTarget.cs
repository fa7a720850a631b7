using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>
/// A target that reads recordings as a user's are read: from a path to an event table, and on to what a replay makes of the table. Input
/// that its own format does not know any more is read again as if <c>--format</c> named the format.
/// </summary>
public abstract class RecordingTarget : IFuzzTarget
{
    public abstract string Name { get; }

    public virtual string? Format => Name;

    public abstract IReadOnlyList<byte[]> Seeds();

    public bool Run(byte[] input)
    {
        // Rows of every kind from every other input.
        IngestOptions options = new() { Threads = 1, KeepAll = (input.Length & 1) != 0 };
        return TryRead(input, options, out bool isUnknown)
            || (isUnknown && Format is not null && TryRead(input, options with { Format = Format }, out _));
    }

    /// <summary>The event table of an input, which comes as one file unless a target says otherwise.</summary>
    protected virtual EventTable Read(byte[] input, IngestOptions options)
    {
        using ScratchFile file = new(input);
        return TraceReader.Read(file.Path, options);
    }

    private bool TryRead(byte[] input, IngestOptions options, out bool isUnknown)
    {
        isUnknown = false;
        try
        {
            using EventTable table = Read(input, options);
            TableCheck.Hold(table);
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
