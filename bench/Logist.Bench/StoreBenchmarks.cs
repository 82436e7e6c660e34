using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Engine;
using Logist.Stores;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Bench;

/// <summary>The file store with the history of a finished job of 10,000 steps.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The runner calls CleanUp; it needs a class that is not sealed.")]
public class StoreBenchmarks
{
    private static readonly JobId Wide = JobId.Parse("wide"), Growing = JobId.Parse("growing"), Fast = JobId.Parse("fast");

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"logist-bench-{Guid.NewGuid():n}");
    private readonly WorkflowDefinition _workflow = WideJob.Workflow(10_000);
    private readonly JobEvent[] _step =
    [
        new JobEvent.JobSuspended(WideJob.By, Now: false, Reason: null), new JobEvent.JobResumed(WideJob.By, Reason: null),
    ];

    private FileJobStore? _durable, _fast;
    private LoadedJob _job = null!;
    private byte[] _compiled = [];
    private long _durableSeq, _fastSeq;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _durable = new FileJobStore(_directory, TimeProvider.System, CompiledWorkflow.Load);
        _fast = new FileJobStore(_directory, TimeProvider.System, CompiledWorkflow.Load, Durability.None);
        _compiled = CompiledWorkflow.Write(_workflow);
        foreach (var id in new[] { Wide, Growing, Fast })
        {
            var created = WideJob.Created(_workflow, CompiledWorkflow.Sha(_compiled));
            _ = await _durable!.AppendAsync(id, 0, [created[0] is JobEvent.JobCreated job ? job with { JobId = id.Value } : created[0],
                created[1]], null, CancellationToken.None);
            _ = _durable.SaveWorkflow(id, _workflow);
        }

        var history = WideJob.Run(WideJob.Created(_workflow, CompiledWorkflow.Sha(_compiled)));
        for (var i = 2; i < history.Count; i += 3)
        {
            _ = await _fast!.AppendAsync(Wide, i, history.GetRange(i, Math.Min(3, history.Count - i)), null, CancellationToken.None);
        }

        _job = await LoadedJob.LoadAsync(_durable!, Wide, CancellationToken.None);
        (_durableSeq, _fastSeq) = (2, 2);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _durable?.Dispose();
        _fast?.Dispose();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Benchmark(Description = "Append 2 events, flushed")]
    public async Task AppendDurableAsync()
    {
        _ = await _durable!.AppendAsync(Growing, _durableSeq, _step, null, CancellationToken.None);
        _durableSeq += _step.Length;
    }

    [Benchmark(Description = "Append 2 events, not flushed")]
    public async Task AppendFastAsync()
    {
        _ = await _fast!.AppendAsync(Fast, _fastSeq, _step, null, CancellationToken.None);
        _fastSeq += _step.Length;
    }

    [Benchmark(Description = "Read and fold 20,000 events")]
    public async Task<long> LoadAsync() => (await LoadedJob.LoadAsync(_durable!, Wide, CancellationToken.None)).State.Seq;

    [Benchmark(Description = "Verify the chain of 20,000 events")]
    public long Verify() => _durable!.VerifyChain(Wide, 0).Seq;

    [Benchmark(Description = "Render the manifest, 10,000 steps")]
    public int Render() => Document().Length;

    [Benchmark(Description = "Render and save the manifest, 10,000 steps")]
    public bool Save() => ManifestFile.Save(_durable!.LayoutOf(Wide), Document());

    [Benchmark(Description = "Read a compiled workflow, 10,000 steps")]
    public int ReadWorkflow() => CompiledWorkflow.Read(_compiled).Steps.Count;

    // Another time in each, as a save of the same bytes writes nothing.
    private byte[] Document() =>
        ManifestDocument.Render(_job.State, _job.Recent, ++_offset, _durable!.LayoutOf(Wide));

    private long _offset;
}
