// A running notebook has the process's current folder and standard output: tests run one after another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
