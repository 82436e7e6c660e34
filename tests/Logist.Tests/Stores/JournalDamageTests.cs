using System.Diagnostics;
using System.Text;
using Logist.Core;
using Logist.Stores;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

/// <summary>Every damage is found, named, and never taken for data; only an append that nobody was told of may go.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private const int Events = 30;
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private List<int> LineEnds(byte[] journal) => [.. Enumerable.Range(0, journal.Length).Where(i => journal[i] == '\n').Select(i =>
        i + 1)];

    /// <summary>What is read from the journal as it lies there: how many events, or the damage.</summary>
    private (int Events, JobStateException? Damage) Read(long after = 0)
    {
        using var store = _folder.Open(Durability.None);
        try
        {
            return (store.Read(SampleJob, after).Count(), null);
        }
        catch (JobStateException e)
        {
            e.Problem.Kind.ShouldBe(ErrorKind.Corrupt);
            e.Problem.What.ShouldContain(_folder.Layout.Journal);
            e.Problem.Fix.ShouldContain($"logist job recover {SampleJob}");
            return (-1, e);
        }
    }

    [Fact]
    public async Task A_journal_cut_at_any_byte_beyond_the_manifest_reads_as_its_whole_lines()
    {
        await _folder.WithEventsAsync(Events);
        var journal = _folder.Bytes();
        var ends = LineEnds(journal);
        _folder.SaveManifest(_folder.Store.PositionAt(SampleJob, 10));
        var known = ManifestFile.Load(_folder.Layout).Journal.Offset;
        var before = Directory.GetFileSystemEntries(_folder.Layout.Directory).Length;

        for (var length = (int)known; length <= journal.Length; length++)
        {
            _folder.Write(journal[..length]);
            Read().ShouldBe((2 * (ends.Count(end => end <= length) - 1), null), $"cut at {length}");
            _folder.Bytes().Length.ShouldBe(length);
        }

        Directory.GetFileSystemEntries(_folder.Layout.Directory).Length.ShouldBe(before);
    }

    [Fact]
    public async Task A_journal_cut_at_any_byte_that_the_manifest_knows_is_damage()
    {
        await _folder.WithEventsAsync(Events);
        _folder.SaveManifest();
        var journal = _folder.Bytes();

        for (var length = 0; length < journal.Length; length++)
        {
            _folder.Write(journal[..length]);
            // Reading events notices an incomplete line, loading the manifest also a missing one.
            Should.Throw<JobStateException>(() => ManifestFile.Load(_folder.Layout), $"cut at {length}").Problem.Why!.ShouldContain("gone");
            using var store = _folder.Open(Durability.None);
            Should.Throw<JobStateException>(() => store.VerifyChain(SampleJob, journal.Length), $"cut at {length}");
            await Should.ThrowAsync<JobStateException>(() =>
                store.AppendAsync(SampleJob, Events, [Scheduled(99)], null, Ct), $"cut at {length}");
            _folder.Bytes().Length.ShouldBe(length);
        }
    }

    [Fact]
    public async Task The_next_writer_cuts_a_torn_tail_and_keeps_a_copy()
    {
        await _folder.WithEventsAsync(Events);
        var journal = _folder.Bytes();
        var last = LineEnds(journal)[^2];

        for (var length = last + 1; length < journal.Length; length += 37)
        {
            _folder.Write(journal[..length]);
            using var store = _folder.Open();
            (await store.AppendAsync(SampleJob, Events - 2, [Scheduled(99)], null, Ct)).ShouldBe(new AppendResult.Appended(Events - 1));
            var copy = Directory.GetFiles(_folder.Layout.Directory, $"history.torn.{last}.*").ShouldHaveSingleItem();
            File.ReadAllBytes(copy).ShouldBe(journal[last..length]);
            Read().Events.ShouldBe(Events - 1);
            File.Delete(copy);
        }
    }

    [Fact]
    public async Task A_writer_that_has_the_journal_open_cuts_what_another_one_left_torn()
    {
        await _folder.WithEventsAsync(4);
        using (var file = new FileStream(_folder.Layout.Journal, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Seek(0, SeekOrigin.End);
            file.Write("{\"seq\":5,\"n\":1,"u8);
        }

        (await _folder.Store.AppendAsync(SampleJob, 4, [Scheduled(1)], null, Ct)).ShouldBe(new AppendResult.Appended(5));
        Read().Events.ShouldBe(5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_byte_changed_in_every_way_is_found(bool manifestIsBehind)
    {
        await _folder.WithEventsAsync(Events);
        var journal = _folder.Bytes();
        var lastLine = LineEnds(journal)[^2];
        _folder.SaveManifest(manifestIsBehind ? _folder.Store.PositionAt(SampleJob, Events - 2) : null);
        var torn = 0;

        for (var i = 0; i < journal.Length; i++)
        {
            foreach (var changed in Changes(journal, i))
            {
                _folder.Write(changed);
                var (events, damage) = Read();
                if (damage is null)
                {
                    // The last line without its line feed is what a crash leaves: never acknowledged, as far as the manifest knows.
                    (manifestIsBehind && i >= lastLine && events == Events - 2).ShouldBeTrue($"byte {i}: {events} events accepted");
                    torn++;
                }
            }
        }

        torn.ShouldBe(manifestIsBehind ? torn : 0);
        torn.ShouldBeLessThan(10);
    }

    private static IEnumerable<byte[]> Changes(byte[] journal, int i)
    {
        foreach (var value in (byte[])[(byte)(journal[i] ^ 1), (byte)(journal[i] ^ 0x20), (byte)(journal[i] ^ 0x80), 0, (byte)'\n',
            (byte)' '])
        {
            if (value != journal[i])
            {
                var changed = (byte[])journal.Clone();
                changed[i] = value;
                yield return changed;
            }
        }

        yield return [.. journal[..i], .. journal[(i + 1)..]];
        yield return [.. journal[..i], journal[i], .. journal[i..]];
    }

    [Fact]
    public async Task Lines_removed_swapped_or_doubled_are_found_with_their_offset()
    {
        await _folder.WithEventsAsync(Events);
        _folder.SaveManifest(_folder.Store.PositionAt(SampleJob, 2));
        var journal = _folder.Bytes();
        int[] at = [0, .. LineEnds(journal)];
        byte[] Line(int n) => journal[at[n]..at[n + 1]];

        for (var n = 1; n < at.Length - 2; n++)
        {
            foreach (var changed in (byte[][])
            [
                [.. journal[..at[n]], .. journal[at[n + 1]..]],
                [.. journal[..at[n + 1]], .. Line(n), .. journal[at[n + 1]..]],
                [.. journal[..at[n]], .. Line(n + 1), .. Line(n), .. journal[at[n + 2]..]],
            ])
            {
                _folder.Write(changed);
                var damage = Read().Damage.ShouldNotBeNull();
                var offset = int.Parse(damage.Problem.What.Split(' ')[^1]);
                offset.ShouldBeOneOf(at[n], at[n + 1]);
            }
        }
    }

    [Fact]
    public async Task A_last_append_whose_sectors_a_power_cut_left_zero_is_torn_but_only_beyond_the_manifest()
    {
        await _folder.WithEventsAsync(4);
        var known = _folder.Store.VerifyChain(SampleJob, 0);
        await _folder.Store.AppendAsync(SampleJob, 4, [.. Enumerable.Range(1, 40).Select(Scheduled)], null, Ct);
        var journal = _folder.Bytes();
        var start = (int)((known.Offset / 512) + 1) * 512;
        journal.AsSpan(start, 512).Clear();
        _folder.Write(journal);

        _folder.SaveManifest(known);
        Read().ShouldBe((4, null));
        using (var store = _folder.Open())
        {
            (await store.AppendAsync(SampleJob, 4, [Scheduled(1)], null, Ct)).ShouldBe(new AppendResult.Appended(5));
        }

        Directory.GetFiles(_folder.Layout.Directory, "history.torn.*").ShouldHaveSingleItem();

        _folder.Write(journal);
        ManifestFile.Save(_folder.Layout, Manifest(new JournalPosition(44, journal.Length, 0)));
        Read().Damage.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_no_file_of_a_sensible_size_is_refused_before_it_is_read()
    {
        await _folder.WithEventsAsync(4);
        var journal = _folder.Layout.Journal;
        var watch = Stopwatch.StartNew();

        File.Move(journal, journal + ".real");
        File.CreateSymbolicLink(journal, journal + ".real");
        await RefusedAsync("symbolic link");
        File.Delete(journal);

        Directory.CreateDirectory(journal);
        await RefusedAsync("regular file");
        Directory.Delete(journal);

        Process.Start("/usr/bin/mkfifo", [journal]).WaitForExit();
        await RefusedAsync("regular file");
        File.Delete(journal);

        using (var sparse = File.Create(journal))
        {
            sparse.SetLength(10L << 30);
        }

        await RefusedAsync("more than");
        File.Delete(journal);

        await RefusedAsync("missing");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private async Task RefusedAsync(string reason)
    {
        using var store = _folder.Open();
        Should.Throw<JobStateException>(() => store.Read(SampleJob, 0).Count()).Problem.Why!.ShouldContain(reason);
        (await Should.ThrowAsync<JobStateException>(() =>
            store.AppendAsync(SampleJob, 4, [Scheduled(1)], null, Ct))).Problem.Kind.ShouldBe(ErrorKind.Corrupt);
        await Should.ThrowAsync<JobStateException>(() => store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1), Ct));
    }

    [Fact]
    public async Task A_copied_job_directory_is_refused_under_its_new_name()
    {
        await _folder.WithEventsAsync(4);
        var copy = JobLayout.For(_folder.Path, JobId.Parse("copy"));
        Directory.CreateDirectory(copy.Directory);
        File.Copy(_folder.Layout.Journal, copy.Journal);

        Should.Throw<JobStateException>(() => _folder.Store.Read(JobId.Parse("copy"), 0).Count()).Problem.Why
            .ShouldBe("this is the journal of job fix-login, in the directory of job copy");
        Read().Events.ShouldBe(4);
    }

    [Fact]
    public async Task A_later_version_s_journal_is_named_as_such()
    {
        await _folder.WithEventsAsync(4);
        _folder.Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_folder.Bytes()).Replace("journal/v1", "journal/v2",
            StringComparison.Ordinal)));
        using var store = _folder.Open();
        // The checksum of what a later version wrote is right, so an edited one is damage, not news.
        Should.Throw<JobStateException>(() => store.Read(SampleJob, 0).Count()).Problem.What.ShouldContain("damaged");
    }

    [Fact]
    public async Task Three_megabytes_are_checked_in_milliseconds()
    {
        using var store = _folder.Open(Durability.None);
        await store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        for (var seq = 2; new FileInfo(_folder.Layout.Journal).Length < 3_000_000; seq += 64)
        {
            await store.AppendAsync(SampleJob, seq, [.. Enumerable.Range(1, 32).SelectMany(i =>
                new Core.Jobs.JobEvent[] { Scheduled(i), Succeeded(i) })], null, Ct);
        }

        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var start = Stopwatch.GetTimestamp();
            store.VerifyChain(SampleJob, 0).Seq.ShouldBeGreaterThan(10_000);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"3 MB checked in {best.TotalMilliseconds:f2} ms");
        best.ShouldBeLessThan(TimeSpan.FromMilliseconds(30));
    }
}
