namespace Microsoft.DotNet.Interactive;

/// <summary>The part of .NET Interactive's Kernel that the notebooks use: <c>display</c>, which is there without a prefix.</summary>
public static class Kernel
{
    /// <summary>Told what a cell shows; null while no cell runs.</summary>
    internal static Action<object>? Shown { get; set; }

    /// <summary>Shows a value below the cell.</summary>
#pragma warning disable CA1707, IDE1006 // The name is .NET Interactive's.
    public static void display(object value) => Shown!(value);
#pragma warning restore CA1707, IDE1006
}
