using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Workflows;

namespace Logist.Bench;

/// <summary>The watch of a jobs directory of 10,000 jobs: what one append costs until the watch has told of it.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The runner calls CleanUp; it needs a class that is not sealed.")]
public class WatchBenchmarks
{
    private const int Jobs = 10_000, Stride = 7919;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"logist-bench-{Guid.NewGuid():n}");
    private readonly CancellationTokenSource _end = new();
    private readonly JobEvent[] _events =
    [
        new JobEvent.JobSuspended(WideJob.By, Now: false, Reason: null), new JobEvent.JobResumed(WideJob.By, Reason: null),
    ];

    private FileJobStore? _store;
    private IAsyncEnumerator<JobChanged>? _watch;
    private long[] _seqs = [];
    private long _next;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _store = new FileJobStore(_directory, TimeProvider.System, CompiledWorkflow.Load, Durability.None);
        var workflow = WideJob.Workflow(1);
        var created = WideJob.Created(workflow, CompiledWorkflow.Sha(CompiledWorkflow.Write(workflow)));
        for (var i = 0; i < Jobs; i++)
        {
            _ = await _store.AppendAsync(Job(i), 0, created, null, CancellationToken.None);
        }

        _seqs = [.. Enumerable.Repeat(2L, Jobs)];
        _watch = _store.WatchAsync(new Cursor("all"), _end.Token).GetAsyncEnumerator(_end.Token);
        for (var i = 0; i < Jobs; i++)
        {
            _ = await _watch.MoveNextAsync();
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _end.CancelAsync();
        _store?.Dispose();
        _end.Dispose();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Benchmark(Description = "Append to one of 10,000 jobs until the watch tells it")]
    public async Task AppendAndHearAsync()
    {
        // Not in the order in which they are listed: that would be found by a look that is on its way.
        var i = (int)(_next++ * Stride % Jobs);
        _ = await _store!.AppendAsync(Job(i), _seqs[i], _events, null, CancellationToken.None);
        _seqs[i] += _events.Length;
        while (_watch!.Current.Job != Job(i) || _watch.Current.Seq != _seqs[i])
        {
            _ = await _watch.MoveNextAsync();
        }
    }

    private static JobId Job(int i) => JobId.Parse($"job-{i}");
}
