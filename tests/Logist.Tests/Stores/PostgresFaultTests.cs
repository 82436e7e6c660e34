using Logist.Core;
using Logist.Core.Jobs;
using Logist.Postgres;
using Logist.Stores;
using Logist.Testing;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

/// <summary>Connections that end at any moment, answers that are lost, a server that is killed, an owner that is paused.</summary>
[Collection("PostgreSQL")]
public sealed class PostgresFaultTests : IDisposable
{
    private const int Writers = 4, Appends = 40;

    private readonly string _address;
    private readonly string _database;
    private readonly DirectoryInfo _jobs = Directory.CreateTempSubdirectory("logist-store-");
    private readonly List<PostgresJobStore> _stores = [];

    public PostgresFaultTests()
    {
        _address = Server.NewDatabase();
        _database = _address[(_address.LastIndexOf('/') + 1)..];
    }

    private static PostgresServer Server => PostgresServer.Instance;

    [Fact]
    public async Task An_append_whose_answer_is_lost_is_there_exactly_once_wherever_the_connection_ends()
    {
        using var proxy = new CutProxy(Server.Port);
        var (direct, far) = (Open(), Open(proxy.Port));
        await direct.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        var last = 2L;
        for (var cut = 1; cut <= 12; cut++)
        {
            // The first append after the cut finds its connection gone, too.
            proxy.CutAnswer(cut);
            for (var i = 0; !proxy.HasCut || i < 3; i++)
            {
                (await far.AppendAsync(SampleJob, last, [Scheduled((int)last)], null, Ct)).ShouldBe(new AppendResult.Appended(++last));
            }
        }

        (await ReadAllAsync(direct)).Skip(2).Select(s => ((JobEvent.TaskScheduled)s.Event).Attempt)
            .ShouldBe(Enumerable.Range(2, (int)last - 2));
    }

    [Fact]
    public async Task A_job_whose_creation_was_not_answered_is_there_once_and_a_lease_is_taken_once()
    {
        using var proxy = new CutProxy(Server.Port);
        var (direct, far) = (Open(), Open(proxy.Port));
        _ = direct.List();
        for (var cut = 1; cut <= 8; cut++)
        {
            var job = JobId.Parse($"job-{cut}");
            proxy.CutAnswer(cut);
            (await far.CreateAsync(job, Creation(), Workflow, position => Manifest(position, job: job.Value), Ct))
                .ShouldBe(new AppendResult.Appended(2));
            await using var lease = (await far.TryLeaseAsync(job, Me, TimeSpan.FromMinutes(1), Ct))
                .ShouldBeOfType<LeaseResult.Leased>().Lease;
            lease.Token.Epoch.ShouldBe(1);
            direct.VerifyChain(job, 0).Seq.ShouldBe(3);
        }

        direct.List().Count.ShouldBe(8);
    }

    [Fact]
    public async Task Connections_that_are_ended_under_many_writers_lose_and_double_nothing()
    {
        await Open().AppendAsync(SampleJob, 0, Creation(), null, Ct);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => AppendManyAsync(Open(), writer), Ct)));
        var killed = 0;
        while (!writing.IsCompleted)
        {
            killed += int.Parse(Server.Sql(_database, """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE application_name = 'logist' AND datname = current_database()
                """));
        }

        await writing;
        killed.ShouldBeGreaterThan(5);
        Everything(await ReadAllAsync(Open()));
    }

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_has_everything_it_acknowledged()
    {
        await Open().AppendAsync(SampleJob, 0, Creation(), null, Ct);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => AppendManyAsync(Open(), writer), Ct)));
        var looker = Open();
        // Twice, as one append waits for a limited time and may be unlucky each time.
        for (var (kills, known) = (0, 0L); kills == 0 || (kills < 2 && !writing.IsCompleted); kills++)
        {
            // Each time some have come through since.
            SpinWait.SpinUntil(() => writing.IsCompleted || looker.VerifyChain(SampleJob, 0).Seq > known, TimeSpan.FromSeconds(30))
                .ShouldBeTrue();
            known = looker.VerifyChain(SampleJob, 0).Seq;
            Server.Kill();
            Server.Start();
            looker.VerifyChain(SampleJob, 0).Seq.ShouldBeGreaterThanOrEqualTo(known);
        }

        await writing;
        Everything(await ReadAllAsync(Open()));
    }

    [Fact]
    public async Task An_owner_that_is_cut_off_past_its_lease_is_superseded_and_writes_nothing_more()
    {
        using var proxy = new CutProxy(Server.Port);
        var (far, near) = (Open(proxy.Port), Open());
        await far.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        var elsewhere = Me with { Host = "another" };
        await using var lost = (await far.TryLeaseAsync(SampleJob, elsewhere, TimeSpan.FromSeconds(1), Ct))
            .ShouldBeOfType<LeaseResult.Leased>().Lease;
        (await near.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct)).ShouldBeOfType<LeaseResult.Held>().Owner.ShouldBe(elsewhere);

        proxy.Hold();
        LeaseResult result;
        while ((result = await near.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct)) is LeaseResult.Held)
        {
            // Its time has to pass, by the database's clock.
        }

        await using var won = result.ShouldBeOfType<LeaseResult.Leased>().Lease;
        won.Token.Epoch.ShouldBe(2);
        proxy.Release();
        (await far.AppendAsync(SampleJob, 3, [Scheduled(1)], lost.Token, Ct)).ShouldBe(new AppendResult.LeaseLost(Me));
        lost.Lost.IsCancellationRequested.ShouldBeTrue();
        (await near.AppendAsync(SampleJob, 4, [Scheduled(1)], won.Token, Ct)).ShouldBe(new AppendResult.Appended(5));
    }

    [Fact]
    public async Task The_feed_has_every_append_of_all_writers_in_the_order_of_its_numbers()
    {
        var watcher = Open();
        _ = watcher.List();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        await using var watch = watcher.WatchAsync(new Cursor("all"), stop.Token).GetAsyncEnumerator(stop.Token);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var (store, job) = (Open(), JobId.Parse($"job-{writer}"));
            await store.AppendAsync(job, 0, Creation(), null, Ct);
            for (var seq = 2; seq < Appends + 2; seq++)
            {
                await store.AppendAsync(job, seq, [Scheduled(seq)], null, Ct);
            }
        }, Ct)));

        var seen = new Dictionary<JobId, List<long>>();
        for (var i = 0; i < Writers * (Appends + 1); i++)
        {
            (await watch.MoveNextAsync()).ShouldBeTrue();
            seen.TryAdd(watch.Current.Job, []);
            seen[watch.Current.Job].Add(watch.Current.Seq);
        }

        await writing;
        seen.Values.ShouldAllBe(numbers => numbers.SequenceEqual(Enumerable.Range(2, Appends + 1).Select(n => (long)n)));
    }

    [Fact]
    public async Task A_job_is_driven_only_where_its_trees_are()
    {
        await Open().AppendAsync(SampleJob, 0, Creation(), null, Ct);
        var elsewhere = Directory.CreateTempSubdirectory("logist-store-");
        using var other = new PostgresJobStore(_address, elsewhere.FullName, TimeProvider.System, (_, _) => Workflow);
        var refused = await Should.ThrowAsync<LogistException>(() => other.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct));
        refused.Problem.ShouldSatisfyAllConditions(p => p.Kind.ShouldBe(ErrorKind.Busy), p => p.What.ShouldContain(_jobs.FullName));
        (await ReadAllAsync(other)).Count.ShouldBe(2);
        elsewhere.Delete(recursive: true);
    }

    [Fact]
    public void A_database_of_a_later_version_is_left_alone()
    {
        Open().List().ShouldBeEmpty();
        Server.Sql(_database, "INSERT INTO logist.version (number) VALUES (99)");
        Should.Throw<LogistException>(() => Open().List()).Problem.Kind.ShouldBe(ErrorKind.InvalidConfig);
    }

    [Fact]
    public async Task A_line_that_somebody_changed_is_named_and_nothing_behind_it_is_read()
    {
        var store = Open();
        await store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        await store.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct);
        Server.Sql(_database, "UPDATE logist.append SET line = overlay(line placing 'X'::bytea from 60) WHERE seq = 3");
        Should.Throw<JobStateException>(() => store.Read(SampleJob, 0).ToList()).Problem.What
            .ShouldContain("fix-login/history.jsonl is damaged");
    }

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        _jobs.Delete(recursive: true);
    }

    private PostgresJobStore Open(int? port = null)
    {
        var address = port is { } other ? _address.Replace($":{Server.Port}/", $":{other}/", StringComparison.Ordinal) : _address;
        var store = new PostgresJobStore(address, _jobs.FullName, TimeProvider.System, (_, _) => Workflow);
        lock (_stores)
        {
            _stores.Add(store);
        }

        return store;
    }

    private static async Task AppendManyAsync(PostgresJobStore store, int writer)
    {
        var expected = 2L;
        for (var i = 0; i < Appends; i++)
        {
            while (await store.AppendAsync(SampleJob, expected, [Scheduled((writer * Appends) + i)], null, Ct) is var result)
            {
                if (result is AppendResult.Appended appended)
                {
                    expected = appended.Last;
                    break;
                }

                expected = result.ShouldBeOfType<AppendResult.Conflict>().Actual;
            }
        }
    }

    private static void Everything(List<StoredEvent> events) =>
        events.Skip(2).Select(s => ((JobEvent.TaskScheduled)s.Event).Attempt).Order().ShouldBe(Enumerable.Range(0, Writers * Appends));
}
