using Logist.Core;
using Logist.Core.Jobs;
using Logist.Files;
using Logist.Stores;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

public sealed class FileJobStoreTests : JobStoreContract, IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FileJobStore _other;

    public FileJobStoreTests() => _other = _folder.Open();

    private protected override IJobStore Store => _folder.Store;

    private protected override IJobStore Other => _other;

    private protected override async Task SupersedeAsync(IJobLease lease, Owner winner)
    {
        // Only who lets go of the lock can be superseded here; the token is what a paused process would still hold.
        await lease.DisposeAsync();
        await (await _other.TryLeaseAsync(SampleJob, winner, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease.DisposeAsync();
    }

    public void Dispose()
    {
        _other.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_appears_complete_with_what_was_filled_in()
    {
        var result = await _folder.Store.CreateAsync(SampleJob, Creation(), (building, position) =>
        {
            Path.GetFileName(building.Directory).ShouldStartWith(".new-fix-login-");
            Directory.CreateDirectory(building.Workflows);
            File.WriteAllText(Path.Combine(building.Workflows, "abc.json"), "{}");
            ManifestFile.Save(building, Manifest(position)).ShouldBeTrue();
        }, Ct);

        result.ShouldBe(new AppendResult.Appended(2));
        File.Exists(Path.Combine(_folder.Layout.Workflows, "abc.json")).ShouldBeTrue();
        ManifestFile.Load(_folder.Layout).Journal.ShouldBe(_folder.Store.VerifyChain(SampleJob, 0));
        Directory.GetFileSystemEntries(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_creation_that_fails_leaves_nothing()
    {
        await Should.ThrowAsync<InvalidDataException>(() => _folder.Store.CreateAsync(SampleJob, Creation(), (_, _) =>
            throw new InvalidDataException(), Ct));
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_creations_at_once_exactly_one_wins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            _folder.Open().AppendAsync(SampleJob, 0, Creation(), null, Ct), Ct)));

        results.OfType<AppendResult.Appended>().ShouldHaveSingleItem();
        results.OfType<AppendResult.Conflict>().Count().ShouldBe(7);
        Directory.GetFileSystemEntries(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_a_crashed_creation_left_is_removed_later_but_not_one_in_progress()
    {
        var directory = new JobsDirectory(_folder.Path);
        var left = Directory.CreateDirectory(Path.Combine(_folder.Path, ".new-fix-login-1")).FullName;
        File.WriteAllText(Path.Combine(left, "history.jsonl"), "{");
        directory.RemoveUnfinished(TimeProvider.System).ShouldBe(0);
        await _folder.Store.CreateAsync(SampleJob, Creation(), (building, _) =>
        {
            Directory.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-2));
            Directory.SetLastWriteTimeUtc(building.Directory, DateTime.UtcNow.AddHours(-2));
            directory.RemoveUnfinished(TimeProvider.System).ShouldBe(1);
            Directory.Exists(building.Directory).ShouldBeTrue();
        }, Ct);
        Directory.Exists(left).ShouldBeFalse();
    }

    [Fact]
    public async Task A_line_beyond_its_limit_is_refused_and_stores_nothing()
    {
        await _folder.WithEventsAsync(2);
        var huge = new JobEvent.JobResubmitted(new Stamp(Start), new string('x', 1 << 20));

        var problem = (await Should.ThrowAsync<LogistException>(() => Store.AppendAsync(SampleJob, 2, [huge], null, Ct))).Problem;

        problem.Kind.ShouldBe(ErrorKind.Storage);
        (await ReadAllAsync(Store)).Count.ShouldBe(2);
        (await Store.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct)).ShouldBe(new AppendResult.Appended(3));
    }

    [Fact]
    public async Task A_deleted_or_replaced_lock_file_lets_no_second_owner_in()
    {
        await _folder.WithEventsAsync(2);
        await using var lease = (await Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;

        File.Delete(_folder.Layout.RunLock);
        (await _other.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct)).ShouldBeOfType<LeaseResult.Held>().Owner.ShouldBe(Me);
        File.Delete(_folder.Layout.RunLock);
        File.WriteAllText(_folder.Layout.RunLock, "");
        (await _other.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct)).ShouldBeOfType<LeaseResult.Held>();
    }

    [Fact]
    public async Task A_deleted_write_lock_lets_no_second_writer_in()
    {
        await _folder.WithEventsAsync(2);
        var journal = new JournalFile(_folder.Layout, TimeProvider.System, Durability.Full);
        await journal.EnterAsync(Ct);
        File.Delete(_folder.Layout.WriteLock);

        var second = Task.Run(() => _other.AppendAsync(SampleJob, 2, [Scheduled(1)], null, Ct), Ct);
        (await Task.WhenAny(second, Task.Delay(300, Ct))).ShouldNotBe(second);
        journal.Leave();

        (await second).ShouldBe(new AppendResult.Appended(3));
        journal.Dispose();
    }

    [Theory]
    [InlineData("write.lock")]
    [InlineData("run.lock")]
    public async Task A_planted_lock_is_refused(string name)
    {
        await _folder.WithEventsAsync(2);
        _folder.Store.Dispose();
        var path = Path.Combine(_folder.Layout.Directory, name);
        foreach (var target in (string[])["/nowhere/at/all", _folder.Layout.Journal])
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, target);
            (await Should.ThrowAsync<JobStateException>(() => LeaseAndAppendAsync())).Problem.Why.ShouldBe("it is a symbolic link");
        }

        File.Delete(path);
        Directory.CreateDirectory(path);
        await Should.ThrowAsync<JobStateException>(() => LeaseAndAppendAsync());
        (await ReadAllAsync(_other)).Count.ShouldBe(2);
    }

    private async Task LeaseAndAppendAsync()
    {
        using var store = _folder.Open();
        await using var lease = (await store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;
        await store.AppendAsync(SampleJob, 3, [Scheduled(1)], lease.Token, Ct);
    }

    [Fact]
    public void Network_file_systems_are_known_by_their_numbers()
    {
        LocalFileSystem.NameOfRemote(0x6969).ShouldBe("NFS");
        LocalFileSystem.NameOfRemote(0xFF534D42).ShouldBe("SMB");
        LocalFileSystem.NameOfRemote(0x65735546).ShouldBe("FUSE");
        LocalFileSystem.NameOfRemote(0xEF53).ShouldBeNull();
        LocalFileSystem.NameOfRemote(0x01021994).ShouldBeNull();
    }

    [Fact]
    public async Task A_journal_replaced_or_removed_under_a_writer_stops_it()
    {
        await _folder.WithEventsAsync(4);
        File.Copy(_folder.Layout.Journal, _folder.Layout.Journal + ".copy");
        File.Move(_folder.Layout.Journal + ".copy", _folder.Layout.Journal, overwrite: true);
        (await Should.ThrowAsync<LogistException>(() =>
            Store.AppendAsync(SampleJob, 4, [Scheduled(9)], null, Ct))).Problem.Kind.ShouldBe(ErrorKind.Storage);
        Directory.Delete(_folder.Layout.Directory, recursive: true);
        (await Should.ThrowAsync<LogistException>(() =>
            Store.AppendAsync(SampleJob, 4, [Scheduled(9)], null, Ct))).Problem.Kind.ShouldBe(ErrorKind.UnknownJob);
    }

    [Fact]
    public async Task A_watch_of_one_job_wakes_at_once()
    {
        await _folder.WithEventsAsync(2);
        await using var watch = _folder.Store.WatchJobAsync(SampleJob, 2, Ct).GetAsyncEnumerator(Ct);
        for (var seq = 2; seq < 12; seq++)
        {
            var next = watch.MoveNextAsync();
            await Other.AppendAsync(SampleJob, seq, [Scheduled(seq)], null, Ct);
            (await next).ShouldBeTrue();
            watch.Current.Seq.ShouldBe(seq + 1);
        }
    }

    [Fact]
    public async Task The_position_after_an_append_is_where_its_line_ends()
    {
        await _folder.WithEventsAsync(6);
        using var fresh = _folder.Open();

        fresh.PositionAt(SampleJob, 6).ShouldBe(_folder.Store.PositionAt(SampleJob, 6));
        fresh.PositionAt(SampleJob, 4).Offset.ShouldBeLessThan(fresh.PositionAt(SampleJob, 6).Offset);
        fresh.PositionAt(SampleJob, 6).Offset.ShouldBe(new FileInfo(_folder.Layout.Journal).Length);
        fresh.VerifyChain(SampleJob, fresh.PositionAt(SampleJob, 4).Offset).Seq.ShouldBe(6);
        Should.Throw<ArgumentOutOfRangeException>(() => fresh.PositionAt(SampleJob, 5));
        Should.Throw<JobStateException>(() => fresh.VerifyChain(SampleJob, 77));
    }

    [Fact]
    public async Task A_manifest_never_goes_back()
    {
        await _folder.WithEventsAsync(6);
        var (old, now) = (_folder.Store.PositionAt(SampleJob, 4), _folder.Store.PositionAt(SampleJob, 6));

        (await _folder.Store.SaveManifestAsync(SampleJob, Manifest(now, "RUNNING"), Ct)).ShouldBeTrue();
        (await _folder.Store.SaveManifestAsync(SampleJob, Manifest(old, "PENDING"), Ct)).ShouldBeFalse();
        (await _folder.Store.SaveManifestAsync(SampleJob, Manifest(now, "RUNNING"), Ct)).ShouldBeFalse();
        ManifestFile.Load(_folder.Layout).Status.ShouldBe("RUNNING");
    }

    /// <summary>An owner whose manifest is saved beside its loop once overlooked a cancel for hours.</summary>
    [Fact]
    public async Task What_others_appended_is_news_also_after_a_manifest_was_saved()
    {
        await _folder.WithEventsAsync(4);
        var known = _folder.Store.PositionAt(SampleJob, 4);
        _folder.Store.HasNews(SampleJob, 4).ShouldBeFalse();
        using var other = _folder.Open();
        await other.AppendAsync(SampleJob, 4, [Scheduled(4)], null, Ct);

        _folder.Store.HasNews(SampleJob, 4).ShouldBeTrue();
        _ = await _folder.Store.SaveManifestAsync(SampleJob, Manifest(known, "RUNNING"), Ct);

        _folder.Store.HasNews(SampleJob, 4).ShouldBeTrue();
        _folder.Store.HasNews(SampleJob, 5).ShouldBeFalse();
    }

    [Fact]
    public async Task More_jobs_than_open_files_can_be_written()
    {
        for (var i = 0; i < FileJobStore.MaxOpenJournals + 20; i++)
        {
            var job = JobId.Parse($"job-{i}");
            await Store.AppendAsync(job, 0, Creation(), null, Ct);
            (await Store.AppendAsync(job, 2, [Scheduled(1)], null, Ct)).ShouldBe(new AppendResult.Appended(3));
        }

        (await Store.AppendAsync(JobId.Parse("job-0"), 3, [Succeeded(1)], null, Ct)).ShouldBe(new AppendResult.Appended(4));
        Directory.GetFiles("/proc/self/fd").Length.ShouldBeLessThan(FileJobStore.MaxOpenJournals * 4);
    }
}
