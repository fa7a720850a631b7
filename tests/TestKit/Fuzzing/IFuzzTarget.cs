namespace ForkTrace.TestKit.Fuzzing;

/// <summary>A reader to test with hostile bytes. <see cref="FuzzTargetCatalog"/> finds it; it has a constructor without
/// arguments.</summary>
public interface IFuzzTarget
{
    /// <summary>Lower-case name, for the command line.</summary>
    string Name { get; }

    /// <summary>Name of the trace format that this target reads, as in the catalogue of formats; null if it is not a trace
    /// format.</summary>
    string? Format { get; }

    /// <summary>Small valid inputs, from which mutated inputs are made. Must return the same bytes each time.</summary>
    IReadOnlyList<byte[]> Seeds();

    /// <summary>
    /// Reads a whole input. True if it was accepted, false if it was rejected with the documented exception. Every other exception is a
    /// bug, and is not caught.
    /// </summary>
    bool Run(byte[] input);

    /// <summary>The same without what comes after the reader and has a target of its own: what afl-fuzz explores.</summary>
    bool RunAlone(byte[] input) => Run(input);
}
