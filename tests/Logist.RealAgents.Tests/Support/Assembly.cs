// Each test runs agents that use up to a core while they start, and then waits for them.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
