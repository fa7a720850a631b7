using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Plugins;

/// <summary>
/// Policies from outside of the catalogue: a C# file that is compiled on the fly, or an assembly. They run in a process of their own (<see cref="PolicyChild"/>).
/// </summary>
public static class PolicyPlugin
{
    private const int BytesMax = 64 << 20;

    /// <summary>The policies of a <c>.cs</c> file.</summary>
    /// <exception cref="PolicyException">
    /// No such file, errors in it (each with line and column), no policy in it, or one of an earlier contract.
    /// </exception>
    public static ImmutableArray<PolicyEntry> OfSource(string path)
    {
        byte[] source = Read(path);
        return Entries(PolicyCompiler.Compile(path, source), path, source);
    }

    /// <summary>
    /// The policies of an assembly that was built against ForkTrace.Replay. What it needs besides is looked for beside it.
    /// </summary>
    /// <exception cref="PolicyException">No such file, no assembly, one built against another ForkTrace, or no policy in it.</exception>
    public static ImmutableArray<PolicyEntry> OfAssembly(string path)
    {
        byte[] image = Read(path);
        try
        {
            return Entries(new PluginContext(Path.GetFullPath(path)).LoadFromStream(new MemoryStream(image)), path, image);
        }
        catch (Exception fault) when (fault is BadImageFormatException or FileLoadException)
        {
            throw new PolicyException($"{path} is not a .NET assembly that can be loaded: {fault.Message}");
        }
    }

    /// <summary>The policies of a <c>.cs</c> file or of an assembly, whichever the name says.</summary>
    /// <exception cref="PolicyException">As for the other two, or a name that ends otherwise.</exception>
    public static ImmutableArray<PolicyEntry> Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".CS" => OfSource(path),
            ".DLL" => OfAssembly(path),
            _ => throw new PolicyException($"{path} is neither a C# file (.cs) nor an assembly (.dll)"),
        };
    }

    private static byte[] Read(string path)
    {
        if (!File.Exists(path))
            throw new PolicyException($"there is no file '{path}'");
        return SmallFile.ReadBytes(path, BytesMax);
    }

    private static ImmutableArray<PolicyEntry> Entries(Assembly assembly, string path, byte[] content)
    {
        string origin = Convert.ToHexStringLower(SHA256.HashData(content));
        ImmutableArray<PolicyEntry> found = [.. PolicyChild.Load(path, () => Find(assembly, path)).Select(entry => PolicyChild.Watch(entry with { Origin = origin }))];
        if (found.IsEmpty)
            throw new PolicyException($"{path} holds no policy: a struct that implements IStackPolicy of itself");
        EarlierContract.Refuse(assembly, path);
        foreach (PolicyEntry entry in found)
        {
            if (PolicyCatalog.All.Any(known => known.Descriptor.Name == entry.Descriptor.Name))
                throw new PolicyException($"{path} has a policy '{entry.Descriptor.Name}', but the catalogue has one of that name");
        }

        return found;
    }

    private static ImmutableArray<PolicyEntry> Find(Assembly assembly, string path)
    {
        try
        {
            return PolicyCatalog.Find(assembly);
        }
#pragma warning disable CA1031 // Descriptors are foreign code and run here for the first time.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            string reason = fault is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] }
                ? first.Message
                : fault.GetBaseException().Message;
            throw new PolicyException($"{path}: its policies cannot be read: {reason}{EarlierContract.NoteOn(reason)}");
        }
    }
}

/// <summary>Where a plug-in's own dependencies are found: beside it. ForkTrace itself is the tool's, whatever lies there.</summary>
internal sealed class PluginContext(string path) : AssemblyLoadContext(path)
{
    private readonly AssemblyDependencyResolver _beside = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        bool isOurs = assemblyName.Name?.StartsWith("ForkTrace.", StringComparison.Ordinal) ?? false;
        return !isOurs && _beside.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }
}
