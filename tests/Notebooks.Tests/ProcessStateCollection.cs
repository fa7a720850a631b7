namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// A running notebook has the process's current folder and standard output, and other tests its culture: these run one after another. Apps
/// are processes of their own, and run meanwhile.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ProcessStateCollection
{
    public const string Name = "process state";
}
