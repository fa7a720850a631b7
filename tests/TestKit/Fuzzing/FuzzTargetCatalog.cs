using System.Reflection;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>Finds fuzz targets. To add one, add a class that implements <see cref="IFuzzTarget"/>.</summary>
public static class FuzzTargetCatalog
{
    /// <summary>The targets of this assembly (every reader of traces), by ordinal name.</summary>
    public static IReadOnlyList<IFuzzTarget> Readers() => In(typeof(FuzzTargetCatalog).Assembly);

    /// <summary>The targets of some assemblies, by ordinal name. Names must be different.</summary>
    public static IReadOnlyList<IFuzzTarget> In(params Assembly[] assemblies)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        IFuzzTarget[] targets =
        [
            .. assemblies.SelectMany(assembly => assembly.GetTypes())
                .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IFuzzTarget).IsAssignableFrom(type))
                .Select(type => (IFuzzTarget)Activator.CreateInstance(type)!)
                .OrderBy(target => target.Name, StringComparer.Ordinal),
        ];
        string? twice = targets.GroupBy(target => target.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? targets : throw new InvalidOperationException($"Two fuzz targets are named '{twice}'.");
    }
}
