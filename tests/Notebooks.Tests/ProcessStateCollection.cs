namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// A running notebook has the current folder, standard output, formatters and culture of the process: these tests run one after another. Apps
/// are processes of their own, and run meanwhile.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ProcessStateCollection : ICollectionFixture<PackedClone>
{
    public const string Name = "process state";
}
