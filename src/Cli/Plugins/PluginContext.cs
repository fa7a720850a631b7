using System.Reflection;
using System.Runtime.Loader;

namespace ForkTrace.Cli.Plugins;

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
