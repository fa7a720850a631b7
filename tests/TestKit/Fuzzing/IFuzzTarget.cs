namespace ForkTrace.TestKit.Fuzzing;

/// <summary>One reader that hostile bytes are given to. Found by <see cref="FuzzTargetCatalog"/>; has a constructor without arguments.</summary>
public interface IFuzzTarget
{
    /// <summary>Lower-case name, as the command line takes it.</summary>
    string Name { get; }

    /// <summary>The trace format that this target reads, by its name in the catalogue of formats; null if it is none of them.</summary>
    string? Format { get; }

    /// <summary>Small well-formed inputs that mutations start from; the same bytes each time.</summary>
    IReadOnlyList<byte[]> Seeds();

    /// <summary>
    /// Reads an input whole. True if it was accepted, false if it was rejected by the exception that is documented for that; every other
    /// exception is a bug, and is let out.
    /// </summary>
    bool Run(byte[] input);
}
