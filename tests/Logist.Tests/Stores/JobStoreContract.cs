using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Testing;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

/// <summary>What every store promises; each implementation runs all of it.</summary>
public abstract class JobStoreContract
{
    private protected abstract IJobStore Store { get; }

    /// <summary>A second view of the same jobs, as another process has it.</summary>
    private protected abstract IJobStore Other { get; }

    private static AppendResult.Appended Appended(long last) => new AppendResult.Appended(last);

    [Fact]
    public async Task Events_are_numbered_from_1_without_gaps_and_read_in_order()
    {
        (await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct)).ShouldBe(Appended(2));
        (await Store.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct)).ShouldBe(Appended(3));
        (await Store.AppendAsync(SampleJob, 3, [Succeeded(1), Scheduled(2), Succeeded(2)], null, Ct)).ShouldBe(Appended(6));

        var all = await ReadAllAsync(Store);

        all.Select(s => s.Seq).ShouldBe([1, 2, 3, 4, 5, 6]);
        Described.Describe(all.Select(s => s.Event))
            .ShouldBe(Described.Describe((JobEvent[])[.. Creation(), Scheduled(1), Succeeded(1), Scheduled(2), Succeeded(2)]));
    }

    [Fact]
    public async Task Reading_after_a_number_begins_with_the_next_one()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        await Store.AppendAsync(SampleJob, 2, [Scheduled(1), Succeeded(1)], null, Ct);

        (await ReadAllAsync(Store, 0)).Count.ShouldBe(4);
        (await ReadAllAsync(Store, 1)).Select(s => s.Seq).ShouldBe([2, 3, 4]);
        (await ReadAllAsync(Other, 3)).ShouldHaveSingleItem().Event.ShouldBeOfType<JobEvent.TaskSucceeded>();
        (await ReadAllAsync(Store, 4)).ShouldBeEmpty();
        (await ReadAllAsync(Other, 99)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_expectation_is_a_conflict_with_the_actual_number_and_stores_nothing()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);

        (await Store.AppendAsync(SampleJob, 1, [Scheduled(1)], null, Ct)).ShouldBe(new AppendResult.Conflict(2));
        (await Store.AppendAsync(SampleJob, 3, [Scheduled(1)], null, Ct)).ShouldBe(new AppendResult.Conflict(2));
        (await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct)).ShouldBe(new AppendResult.Conflict(2));
        (await ReadAllAsync(Store)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Another_view_sees_an_append_as_soon_as_it_returned_and_conflicts_if_it_did_not_know_it()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        (await Other.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct)).ShouldBe(Appended(3));
        (await Store.AppendAsync(SampleJob, 2, [Scheduled(9)], null, Ct)).ShouldBe(new AppendResult.Conflict(3));
        (await Store.AppendAsync(SampleJob, 3, [Succeeded(1)], null, Ct)).ShouldBe(Appended(4));
        (await ReadAllAsync(Other)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task An_unknown_job_is_an_error_of_that_name()
    {
        (await Should.ThrowAsync<LogistException>(() => ReadAllAsync(Store))).Problem.Kind.ShouldBe(ErrorKind.UnknownJob);
        (await Should.ThrowAsync<LogistException>(() =>
            Store.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct))).Problem.Kind.ShouldBe(ErrorKind.UnknownJob);
        (await Should.ThrowAsync<LogistException>(() => Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct))).Problem.Kind
            .ShouldBe(ErrorKind.UnknownJob);
    }

    [Fact]
    public async Task A_job_is_made_with_its_manifest_and_is_there_for_everybody_and_only_once()
    {
        Other.Exists(SampleJob).ShouldBeFalse();
        (await Store.CreateAsync(SampleJob, Creation(), Workflow, position => Manifest(position), Ct)).ShouldBe(Appended(2));

        Other.LoadManifest(SampleJob, out var document).Journal.ShouldBe(Other.VerifyChain(SampleJob, 0));
        document.Span.IndexOf("\"hash\":\"sha256:"u8).ShouldBeGreaterThan(0);
        (Other.Exists(SampleJob), Other.List().ShouldHaveSingleItem()).ShouldBe((true, SampleJob));
        (await Other.CreateAsync(SampleJob, Creation(), Workflow, position => Manifest(position, "RUNNING"), Ct))
            .ShouldBe(new AppendResult.Conflict(2));
        Store.Heads([SampleJob]).ShouldHaveSingleItem().Header!.Status.ShouldBe("PENDING");
    }

    [Fact]
    public async Task A_manifest_never_goes_back_nor_beyond_its_journal()
    {
        await Store.CreateAsync(SampleJob, Creation(), Workflow, position => Manifest(position), Ct);
        var first = Store.PositionAt(SampleJob, 2);
        await Other.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct);
        var second = Store.PositionAt(SampleJob, 3);

        (await Store.SaveManifestAsync(SampleJob, Manifest(second, "RUNNING"), Ct)).ShouldBeTrue();
        (await Other.SaveManifestAsync(SampleJob, Manifest(first), Ct)).ShouldBeFalse();
        (await Other.SaveManifestAsync(SampleJob, Manifest(second with { Offset = second.Offset + 1 }), Ct)).ShouldBeFalse();
        (Other.LoadManifest(SampleJob, out _).Status, Store.VerifyChain(SampleJob, second.Offset)).ShouldBe(("RUNNING", second));
    }

    [Fact]
    public async Task Whoever_knows_less_than_the_journal_has_news_and_its_version_differs()
    {
        Store.VersionOf(SampleJob).ShouldBeNull();
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        await using var lease = (await Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;
        var before = Store.VersionOf(SampleJob);
        (Store.HasNews(SampleJob, 3), Store.HasNews(SampleJob, 2), Store.VersionOf(SampleJob)).ShouldBe((false, true, before));

        await Other.AppendAsync(SampleJob, 3, [Scheduled(1)], null, Ct);
        Store.VersionOf(SampleJob).ShouldNotBe(before);

        // It may be told of a little later, never not at all.
        SpinWait.SpinUntil(() => Store.HasNews(SampleJob, 3), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task Only_an_append_s_last_event_has_a_position()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        await Other.AppendAsync(SampleJob, 2, [Scheduled(1), Succeeded(1)], null, Ct);
        (Store.PositionAt(SampleJob, 2).Seq, Store.PositionAt(SampleJob, 4).Seq).ShouldBe((2, 4));
        Should.Throw<ArgumentOutOfRangeException>(() => Store.PositionAt(SampleJob, 3));
    }

    [Fact]
    public async Task Appending_nothing_is_a_mistake_of_the_caller()
    {
        await Should.ThrowAsync<ArgumentException>(() => Store.AppendAsync(SampleJob, 0, [], null, Ct));
    }

    [Fact]
    public async Task A_lease_records_its_owner_with_the_next_epoch_and_names_it_to_the_second()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);

        await using var lease = (await Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;
        lease.Token.ShouldBe(new LeaseToken(SampleJob, 1));
        lease.AcquiredSeq.ShouldBe(3);
        var acquired = (await ReadAllAsync(Other))[2].Event.ShouldBeOfType<JobEvent.OwnerAcquired>();
        acquired.Epoch.ShouldBe(1);
        acquired.Owner.ShouldBe(Me);

        var held = (await Other.TryLeaseAsync(SampleJob, Me with { Pid = 1 }, TimeSpan.FromMinutes(1), Ct))
            .ShouldBeOfType<LeaseResult.Held>();
        held.Owner.ShouldBe(Me);
        held.Since.ToUnixTimeMilliseconds().ShouldBe(acquired.By.At.ToUnixTimeMilliseconds());
        (await ReadAllAsync(Other)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_disposed_lease_is_free_again_and_the_next_epoch_is_higher()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        var first = (await Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;
        await first.DisposeAsync();
        await first.DisposeAsync();

        await using var second = (await Other.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;
        second.Token.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task A_superseded_lease_cannot_append_and_learns_the_winner()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        var stale = (await Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;
        (await Store.AppendAsync(SampleJob, 3, [Scheduled(1)], stale.Token, Ct)).ShouldBe(Appended(4));
        var winner = Me with { Name = "logist serve", Pid = 5 };
        await SupersedeAsync(stale, winner);

        (await Store.AppendAsync(SampleJob, 5, [Succeeded(1)], stale.Token, Ct)).ShouldBe(new AppendResult.LeaseLost(winner));
        (await Store.AppendAsync(SampleJob, 4, [Succeeded(1)], stale.Token, Ct)).ShouldBe(new AppendResult.LeaseLost(winner));
        (await ReadAllAsync(Other)).Count.ShouldBe(5);
    }

    /// <summary>Makes another owner the last one, as after a pause of the first beyond its lease.</summary>
    private protected abstract Task SupersedeAsync(IJobLease lease, Owner winner);

    [Fact]
    public async Task People_append_without_a_lease_while_an_owner_has_it()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        await using var lease = (await Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;

        (await Other.AppendAsync(SampleJob, 3, [new JobEvent.JobCancelRequested(new Stamp(Start, "ann"), "enough", null)], null,
            Ct)).ShouldBe(Appended(4));
        (await Store.AppendAsync(SampleJob, 3, [Scheduled(1)], lease.Token, Ct)).ShouldBe(new AppendResult.Conflict(4));
        (await Store.AppendAsync(SampleJob, 4, [Scheduled(1)], lease.Token, Ct)).ShouldBe(Appended(5));
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_appends_at_once_each_number_is_given_once_and_none_is_lost()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
            AppendManyAsync(writer % 2 == 0 ? Store : Other, writer), Ct)));

        var tasks = (await ReadAllAsync(Store)).Skip(2).Select(s => ((JobEvent.TaskScheduled)s.Event).Attempt).ToList();
        tasks.Count.ShouldBe(8 * 20);
        tasks.ShouldBeUnique();
    }

    private static async Task AppendManyAsync(IJobStore store, int writer)
    {
        for (var i = 0; i < 20; i++)
        {
            var expected = 2L;
            while (await store.AppendAsync(SampleJob, expected, [Scheduled((writer * 100) + i + 1)], null,
                Ct) is AppendResult.Conflict conflict)
            {
                expected = conflict.Actual;
            }
        }
    }

    [Fact]
    public async Task A_watch_sees_every_job_s_last_number_also_of_jobs_made_later()
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        await using var watch = Store.WatchAsync(after: null, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = watch.MoveNextAsync();

        await Other.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct);
        (await next).ShouldBeTrue();
        (watch.Current.Job, watch.Current.Seq).ShouldBe((SampleJob, 3));

        var later = JobId.Parse("later");
        await Other.AppendAsync(later, 0, Creation(), null, Ct);
        (await watch.MoveNextAsync()).ShouldBeTrue();
        (watch.Current.Job, watch.Current.Seq).ShouldBe((later, 2));
        var cursor = watch.Current.Cursor;

        await Other.AppendAsync(SampleJob, 3, [Succeeded(1)], null, Ct);
        await using var resumed = Store.WatchAsync(cursor, stop.Token).GetAsyncEnumerator(stop.Token);
        do
        {
            (await resumed.MoveNextAsync()).ShouldBeTrue();
        }
        while (resumed.Current.Job != SampleJob);
        resumed.Current.Seq.ShouldBe(4);
    }
}

public sealed class MemoryJobStoreTests : JobStoreContract, IDisposable
{
    private readonly MemoryJobStore _store = new(TimeProvider.System);

    private protected override IJobStore Store => _store;

    private protected override IJobStore Other => _store;

    private protected override Task SupersedeAsync(IJobLease lease, Owner winner)
    {
        _store.Supersede(SampleJob, winner);
        return Task.CompletedTask;
    }

    public void Dispose() => _store.Dispose();
}
