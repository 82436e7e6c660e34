using BenchmarkDotNet.Attributes;
using Logist.Core.Jobs;

namespace Logist.Bench;

/// <summary>Time per event: plan, decide and evolve whole runs of 20,000 events, in jobs of different width.</summary>
[MemoryDiagnoser]
public class CoreBenchmarks
{
    private const int Events = 20_000;

    private readonly IReadOnlyList<JobEvent> _ten = Created(10), _thousand = Created(1_000), _tenThousand = Created(10_000);
    private readonly List<JobEvent> _history = WideJob.Run(Created(10_000));

    [Benchmark(OperationsPerInvoke = Events, Description = "Decide, Plan, Evolve: 10 wide")]
    public int Ten() => Runs(_ten, 1_000);

    [Benchmark(OperationsPerInvoke = Events, Description = "Decide, Plan, Evolve: 1,000 wide")]
    public int Thousand() => Runs(_thousand, 10);

    [Benchmark(OperationsPerInvoke = Events, Description = "Decide, Plan, Evolve: 10,000 wide")]
    public int TenThousand() => Runs(_tenThousand, 1);

    [Benchmark(Description = "Fold 20,000 events")]
    public long Fold()
    {
        var state = new JobState();
        foreach (var happened in _history)
        {
            Job.Evolve(state, happened);
        }

        return state.Seq;
    }

    private static int Runs(IReadOnlyList<JobEvent> created, int times)
    {
        var events = 0;
        for (var i = 0; i < times; i++)
        {
            events += WideJob.Run(created).Count;
        }

        return events;
    }

    private static IReadOnlyList<JobEvent> Created(int width) => WideJob.Created(WideJob.Workflow(width), new string('0', 64));
}
