using System.Diagnostics;
using Logist.Core;
using Logist.Stores;
using Logist.Testing;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

/// <summary>The watch of all jobs of a directory, beyond what every store promises.</summary>
public sealed class JournalWatchTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FileJobStore _other;

    public JournalWatchTests() => _other = _folder.Open(Durability.None);

    public void Dispose()
    {
        _other.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_that_is_removed_is_told_and_so_is_another_one_of_its_name()
    {
        await using var watch = _folder.Store.WatchAsync(after: null, Ct).GetAsyncEnumerator(Ct);
        for (var round = 0; round < 5; round++)
        {
            using var fresh = _folder.Open(Durability.None);
            var told = UntilAsync(watch, SampleJob, 2);
            await fresh.AppendAsync(SampleJob, 0, Creation(), null, Ct);
            await told;
            told = UntilAsync(watch, SampleJob, 3);
            await fresh.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct);
            await told;
            told = UntilAsync(watch, SampleJob, 0);
            Directory.Delete(_folder.Layout.Directory, recursive: true);
            await told;
        }
    }

    [Fact]
    public async Task A_journal_that_is_another_file_now_is_watched_on()
    {
        await _folder.WithEventsAsync(4);
        await using var watch = _folder.Store.WatchAsync(new Cursor("all"), Ct).GetAsyncEnumerator(Ct);
        await UntilAsync(watch, SampleJob, 4);
        File.Copy(_folder.Layout.Journal, _folder.Layout.Journal + ".copy");
        File.Move(_folder.Layout.Journal + ".copy", _folder.Layout.Journal, overwrite: true);

        for (var seq = 4; seq < 8; seq++)
        {
            var told = UntilAsync(watch, SampleJob, seq + 1);
            using var fresh = _folder.Open();
            await fresh.AppendAsync(SampleJob, seq, [Scheduled(seq)], null, Ct);
            await told;
        }
    }

    [Fact]
    public async Task Of_many_jobs_each_change_is_told_whichever_it_is_of()
    {
        var jobs = Enumerable.Range(0, 300).Select(i => JobId.Parse($"job-{i}")).ToList();
        foreach (var job in jobs)
        {
            await _other.AppendAsync(job, 0, Creation(), null, Ct);
        }

        await using var watch = _folder.Store.WatchAsync(new Cursor("all"), Ct).GetAsyncEnumerator(Ct);
        var last = jobs.ToDictionary(job => job, _ => 0L);
        var writing = Task.Run(() => Parallel.ForEachAsync(jobs, Ct, async (job, ct) =>
        {
            for (var seq = 2; seq < 6; seq++)
            {
                await _other.AppendAsync(job, seq, [Scheduled(seq)], null, ct);
            }
        }), Ct);

        while (last.Values.Any(seq => seq < 6))
        {
            (await watch.MoveNextAsync()).ShouldBeTrue();
            watch.Current.Seq.ShouldBeGreaterThanOrEqualTo(last[watch.Current.Job]);
            last[watch.Current.Job] = watch.Current.Seq;
        }

        await writing;
    }

    [Theory]
    [InlineData("inotify_init1:error=EMFILE")]
    [InlineData("inotify_add_watch:error=ENOSPC")]
    public async Task Where_the_kernel_gives_no_watches_everything_is_told_all_the_same(string fault)
    {
        await _folder.WithEventsAsync(2);
        using var watch = Process.Start(StoreChild.Command(SystemCalls.Strace, ["-f", "-qq", "-o", "/dev/null", "-e",
            $"trace={fault.Split(':')[0]}", "-e", $"inject={fault}", Environment.ProcessPath!], $"watch {_folder.Path}"))!;
        try
        {
            await UntilAsync(watch, $"{SampleJob} 2");
            await _other.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct);
            await UntilAsync(watch, $"{SampleJob} 3");
            await _other.AppendAsync(JobId.Parse("later"), 0, Creation(), null, Ct);
            await UntilAsync(watch, "later 2");
            Directory.Delete(_folder.Layout.Directory, recursive: true);
            await UntilAsync(watch, $"{SampleJob} 0");
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
            await watch.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task UntilAsync(IAsyncEnumerator<JobChanged> watch, JobId job, long seq)
    {
        do
        {
            (await watch.MoveNextAsync()).ShouldBeTrue();
        }
        while (watch.Current.Job != job || watch.Current.Seq != seq);
    }

    private static async Task UntilAsync(Process watch, string line)
    {
        while (await watch.StandardOutput.ReadLineAsync(Ct) is var told && told != line)
        {
            told.ShouldNotBeNull($"the watch ended before {line}");
        }
    }
}
