// Tests count the memory that is alive, of which there is one total: they run one after another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
