using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

public sealed class JournalRecoveryTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FileJobStore _store;
    private readonly JournalRecovery _recovery;

    public JournalRecoveryTests()
    {
        _store = _folder.Open();
        _recovery = new JournalRecovery(_store, TimeProvider.System);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private Task<RecoveryResult> RecoverAsync(bool accept = false) =>
        _recovery.RecoverAsync(SampleJob, accept, new Stamp(Start, "ann"), at => Manifest(at), Ct);

    private async Task ShouldBeWholeAsync(int events)
    {
        var found = _recovery.Inspect(SampleJob);
        (found.TornLength, found.Journal, found.Manifest).ShouldBe((0, null, null));
        var header = ManifestFile.Load(_folder.Layout);
        header.Journal.ShouldBe(_store.VerifyChain(SampleJob, header.Journal.Offset));
        var last = _store.Read(SampleJob, 0).Last();
        last.Seq.ShouldBe(events);
        last.Event.ShouldBeOfType<JobEvent.JobRecovered>();
        (await _store.AppendAsync(SampleJob, events, [Scheduled(1)], null, Ct)).ShouldBe(new AppendResult.Appended(events + 1));
    }

    [Fact]
    public async Task A_healthy_job_is_left_alone()
    {
        await _folder.WithEventsAsync(10);
        _folder.SaveManifest();
        var before = _folder.Bytes();

        (await RecoverAsync(accept: true)).Done.ShouldBeEmpty();

        _folder.Bytes().ShouldBe(before);
        Directory.GetFiles(_folder.Layout.Directory, "*bad*").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"schema\":\"logist.manifest/v1\"")]
    [InlineData("edited")]
    public async Task A_manifest_that_cannot_be_trusted_is_rebuilt_and_kept(string? content)
    {
        await _folder.WithEventsAsync(10);
        _folder.SaveManifest();
        content = content == "edited" ? File.ReadAllText(_folder.Layout.Manifest).Replace("build", "merge", StringComparison.Ordinal)
            : content;
        File.Delete(_folder.Layout.Manifest);
        if (content is not null)
        {
            File.WriteAllText(_folder.Layout.Manifest, content);
        }

        var result = await RecoverAsync();

        result.Done.ShouldHaveSingleItem().ShouldStartWith("rebuilt the manifest");
        if (content is not null)
        {
            File.ReadAllText(result.Kept.ShouldHaveSingleItem()).ShouldBe(content);
        }

        await ShouldBeWholeAsync(11);
    }

    [Fact]
    public async Task A_torn_tail_is_cut_and_kept()
    {
        await _folder.WithEventsAsync(10);
        _folder.SaveManifest(_folder.Store.PositionAt(SampleJob, 6));
        _folder.Write(_folder.Bytes()[..^20]);

        var result = await RecoverAsync();

        result.Done.ShouldHaveSingleItem().ShouldStartWith("cut an incomplete append");
        File.Exists(result.Kept.ShouldHaveSingleItem()).ShouldBeTrue();
        await ShouldBeWholeAsync(9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damage_in_the_middle_needs_consent_and_keeps_the_original(bool manifestToo)
    {
        await _folder.WithEventsAsync(10);
        _folder.SaveManifest();
        if (manifestToo)
        {
            File.WriteAllText(_folder.Layout.Manifest, "");
        }

        var end = _folder.Store.PositionAt(SampleJob, 6);
        var damaged = _folder.Bytes();
        damaged[end.Offset + 50] ^= 1;
        _folder.Write(damaged);

        var problem = (await Should.ThrowAsync<JobStateException>(() => RecoverAsync())).Problem;
        problem.Fix.ShouldBe([$"logist job recover {SampleJob} --accept"]);
        _folder.Bytes().ShouldBe(damaged);

        var result = await RecoverAsync(accept: true);

        result.Done.Count.ShouldBe(2);
        File.ReadAllBytes(result.Kept.Single(path => path.Contains("history.damaged", StringComparison.Ordinal))).ShouldBe(damaged);
        await ShouldBeWholeAsync(7);
    }

    [Fact]
    public async Task A_journal_shorter_than_its_manifest_needs_consent()
    {
        await _folder.WithEventsAsync(10);
        _folder.SaveManifest();
        _folder.Write(_folder.Bytes()[..(int)_folder.Store.PositionAt(SampleJob, 6).Offset]);

        _recovery.Inspect(SampleJob).LosesEvents.ShouldBeTrue();
        await Should.ThrowAsync<JobStateException>(() => RecoverAsync());
        await RecoverAsync(accept: true);
        await ShouldBeWholeAsync(7);
    }

    [Fact]
    public async Task Where_nothing_is_whole_nothing_is_rebuilt()
    {
        await _folder.WithEventsAsync(10);
        var damaged = _folder.Bytes();
        damaged[5] ^= 1;
        _folder.Write(damaged);

        await Should.ThrowAsync<JobStateException>(() => RecoverAsync(accept: true));
        _folder.Bytes().ShouldBe(damaged);
    }

    [Fact]
    public async Task A_job_that_is_driven_is_not_repaired()
    {
        await _folder.WithEventsAsync(10);
        await using var lease = (await _folder.Store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease;
        (await Should.ThrowAsync<LogistException>(() => RecoverAsync())).Problem.Kind.ShouldBe(ErrorKind.Busy);
    }

    [Fact]
    public async Task A_recovery_that_could_not_finish_is_finished_by_the_next_one()
    {
        await _folder.WithEventsAsync(10);
        File.WriteAllText(_folder.Layout.Manifest, "");

        await Should.ThrowAsync<InvalidDataException>(() =>
            _recovery.RecoverAsync(SampleJob, accept: false, new Stamp(Start), _ => throw new InvalidDataException(), Ct));
        Should.Throw<JobStateException>(() => ManifestFile.Load(_folder.Layout)).Problem.Why.ShouldBe("it is missing");

        await RecoverAsync();
        await ShouldBeWholeAsync(12);
    }

    [Fact]
    public async Task A_later_version_s_manifest_is_not_repaired()
    {
        await _folder.WithEventsAsync(10);
        _folder.SaveManifest();
        var later = File.ReadAllText(_folder.Layout.Manifest).Replace("manifest/v1", "manifest/v2", StringComparison.Ordinal);
        File.WriteAllText(_folder.Layout.Manifest, later);

        (await Should.ThrowAsync<JobStateException>(() => RecoverAsync(accept: true))).Problem.What.ShouldContain("newer logist");
        File.ReadAllText(_folder.Layout.Manifest).ShouldBe(later);
    }
}
