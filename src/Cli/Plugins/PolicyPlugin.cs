using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Plugins;

/// <summary>
/// Policies that are not in the catalogue, from a C# file that is compiled on the fly or from an assembly. They run in a process of their own
/// (<see cref="PolicyChild"/>).
/// </summary>
public static class PolicyPlugin
{
    private const int BytesMax = 64 << 20;

    /// <summary>The policies of a <c>.cs</c> file.</summary>
    /// <exception cref="PolicyException">
    /// The file is missing, has errors (each with line and column), holds no policy, or has a policy of an earlier contract.
    /// </exception>
    public static ImmutableArray<PolicyEntry> OfSource(string path)
    {
        byte[] source = Read(path);
        return Entries(PolicyCompiler.Compile(path, source), path, source);
    }

    /// <summary>
    /// The policies of an assembly that was built against ForkTrace.Replay. Its own dependencies are looked for in its folder.
    /// </summary>
    /// <exception cref="PolicyException">The file is missing, is no assembly, is built against another ForkTrace, or holds no policy.</exception>
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

    /// <summary>The policies of a <c>.cs</c> file or of an assembly. The end of the name decides.</summary>
    /// <exception cref="PolicyException">As for the other two methods, or the name has another end.</exception>
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
            throw new PolicyException($"{path} holds no policy: a policy is a struct X that implements IStackPolicy<X>");
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
#pragma warning disable CA1031 // Descriptors are foreign code, which runs here for the first time.
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

/// <summary>Finds a plug-in's own dependencies in its folder. ForkTrace's assemblies are always those of the tool.</summary>
internal sealed class PluginContext(string path) : AssemblyLoadContext(path)
{
    private readonly AssemblyDependencyResolver _beside = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        bool isOurs = assemblyName.Name?.StartsWith("ForkTrace.", StringComparison.Ordinal) ?? false;
        return !isOurs && _beside.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }
}
