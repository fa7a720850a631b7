using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>The first bytes of a file of any kind: they have one format, or are rejected with the name of what they are.</summary>
public sealed class RecognitionTarget : IFuzzTarget
{
    public string Name => "recognition";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds() =>
    [
        .. FuzzTargetCatalog.Readers().Where(target => target.Format is not null).SelectMany(target => target.Seeds())
            .Select(seed => seed[..Math.Min(seed.Length, FormatCatalog.PrefixBytes)]),
    ];

    public bool Run(byte[] input)
    {
        ArgumentNullException.ThrowIfNull(input);
        try
        {
            _ = FormatCatalog.Probe(input.AsSpan(0, Math.Min(input.Length, FormatCatalog.PrefixBytes)));
            return true;
        }
        catch (IngestException rejection) when (rejection.Code.Length > 0 && rejection.Message.Length > 0)
        {
            return false;
        }
    }
}
