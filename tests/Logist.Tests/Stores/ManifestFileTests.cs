using System.Text;
using Logist.Core;
using Logist.Stores;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

public sealed class ManifestFileTests : IDisposable
{
    private static readonly JournalPosition Nowhere = new(0, 0, 0);
    private readonly StoreFolder _folder = new();

    public ManifestFileTests() => Directory.CreateDirectory(_folder.Layout.Directory);

    public void Dispose() => _folder.Dispose();

    private string Text
    {
        get => File.ReadAllText(_folder.Layout.Manifest);
        set => File.WriteAllText(_folder.Layout.Manifest, value);
    }

    private Problem Refused(string? reason = null)
    {
        var problem = Should.Throw<JobStateException>(() => ManifestFile.Load(_folder.Layout)).Problem;
        problem.Kind.ShouldBe(ErrorKind.Corrupt);
        problem.What.ShouldContain(_folder.Layout.Manifest);
        problem.Fix.ShouldHaveSingleItem().ShouldBeOneOf($"logist job recover {SampleJob}", "update logist");
        if (reason is not null)
        {
            problem.Why!.ShouldContain(reason);
        }

        return problem;
    }

    [Fact]
    public void A_saved_manifest_loads_with_its_scalars()
    {
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere with { Seq = 7, Epoch = 3 })).ShouldBeTrue();

        var header = ManifestFile.Load(_folder.Layout, out var document);

        header.ShouldBeEquivalentTo(new ManifestHeader
        {
            JobId = "fix-login", Status = "PENDING", Description = "Grüße", CurrentPhase = "build", CostUsd = 3.1m,
            PhaseCounts = new Dictionary<string, int> { ["PENDING"] = 2, ["SUCCESS"] = 1 },
            UpdatedAt = Start, Journal = new JournalPosition(7, 0, 3),
        });
        Encoding.UTF8.GetString(document.Span).ShouldBe(Text);
        ManifestFile.QuickHeader(_folder.Layout).ShouldBeEquivalentTo(header with { Journal = Nowhere });
    }

    [Fact]
    public void Saving_the_same_leaves_inode_time_and_bytes_alone()
    {
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere)).ShouldBeTrue();
        File.SetLastWriteTimeUtc(_folder.Layout.Manifest, DateTime.UnixEpoch);
        var before = (Files.Libc.Status(_folder.Layout.Manifest), File.GetLastWriteTimeUtc(_folder.Layout.Manifest), Text);

        ManifestFile.Save(_folder.Layout, Manifest(Nowhere)).ShouldBeFalse();

        (Files.Libc.Status(_folder.Layout.Manifest), File.GetLastWriteTimeUtc(_folder.Layout.Manifest), Text).ShouldBe(before);
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere, "RUNNING")).ShouldBeTrue();
        Files.Libc.Status(_folder.Layout.Manifest)!.Value.Inode.ShouldNotBe(before.Item1!.Value.Inode);
        Directory.GetFiles(_folder.Layout.Directory).ShouldHaveSingleItem();
    }

    [Fact]
    public void The_hash_is_that_of_all_bytes_before_it()
    {
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere));
        var (body, hash) = (Text[..Text.IndexOf(",\"hash\"", StringComparison.Ordinal)], Text[^67..^3]);
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body))).ShouldBe(hash);
    }

    [Fact]
    public void Missing_empty_and_zeroed_manifests_are_named()
    {
        Refused("missing");
        Text = "";
        Refused("empty");
        Text = new string('\0', 700);
        Refused("zero bytes");
    }

    [Fact]
    public void A_manifest_cut_at_any_byte_is_refused()
    {
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere));
        var whole = File.ReadAllBytes(_folder.Layout.Manifest);
        for (var length = 0; length < whole.Length; length++)
        {
            Overwrite(_folder.Layout.Manifest, whole[..length]);
            Refused();
        }
    }

    [Fact]
    public void A_manifest_with_any_byte_changed_is_refused()
    {
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere));
        var whole = File.ReadAllBytes(_folder.Layout.Manifest);
        for (var i = 0; i < whole.Length; i++)
        {
            foreach (var value in (byte[])[(byte)(whole[i] ^ 1), (byte)(whole[i] ^ 0x20), (byte)(whole[i] ^ 0x80), 0, (byte)' ',
                (byte)'\n'])
            {
                var changed = (byte[])whole.Clone();
                changed[i] = value;
                if (value != whole[i])
                {
                    Overwrite(_folder.Layout.Manifest, changed);
                    Refused();
                }
            }
        }
    }

    [Theory]
    [InlineData("status")]
    [InlineData("current_phase")]
    [InlineData("active_agent")]
    [InlineData("phases")]
    [InlineData("journal")]
    [InlineData("job_id")]
    [InlineData("schema")]
    public void A_manifest_without_a_needed_field_names_it(string field)
    {
        ManifestFile.Save(_folder.Layout, Rename(field, "other"));
        Refused($"the field {field} is missing");
    }

    [Theory]
    [InlineData("\"epoch\":0", "\"epoch\":\"0\"", "journal")]
    [InlineData("\"epoch\":0", "\"epoch\":1e999", "journal")]
    [InlineData("\"epoch\":0", "\"epoch\":-1", "journal")]
    [InlineData("\"epoch\":0", "\"epoch\":9223372036854775808", "journal")]
    [InlineData("\"status\":\"PENDING\",\"reason\"", "\"status\":7,\"reason\"", "status")]
    [InlineData("\"status\":\"PENDING\",\"reason\"", "\"status\":null,\"reason\"", "status")]
    [InlineData("\"status\":\"PENDING\",\"reason\"", "\"status\":\"\\ud800\",\"reason\"", "status")]
    [InlineData("\"reason\":null", "\"status\":\"SUCCESS\"", "twice")]
    [InlineData("\"phases\":[", "\"phases\":{},\"more\":[", "phases")]
    [InlineData("\"active_phases\":[]", "\"active_phases\":NaN", null)]
    public void A_wrong_value_is_refused_though_the_hash_is_right(string from, string to, string? reason)
    {
        ManifestFile.Save(_folder.Layout, Encoding.UTF8.GetBytes(Document().Replace(from, to, StringComparison.Ordinal)));
        Refused(reason);
    }

    [Fact]
    public void Deep_nesting_and_invalid_text_are_refused()
    {
        var deep = $"\"active_phases\":{new string('[', 65)}{new string(']', 65)}";
        ManifestFile.Save(_folder.Layout, Encoding.UTF8.GetBytes(Document().Replace("\"active_phases\":[]", deep,
            StringComparison.Ordinal)));
        Refused();
        ManifestFile.Save(_folder.Layout, Encoding.Latin1.GetBytes(Document()));
        Refused("UTF-8");
    }

    [Fact]
    public void A_later_version_s_manifest_is_named_as_such_before_its_hash_is_judged()
    {
        Text = Document().Replace("manifest/v1", "manifest/v2", StringComparison.Ordinal);
        Refused("manifest version 2").What.ShouldContain("made by a newer logist");
    }

    [Fact]
    public void A_manifest_edited_by_hand_is_refused()
    {
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere));
        Text = Text.Replace("\"current_phase\":\"build\"", "\"current_phase\":\"merge\"", StringComparison.Ordinal);
        Refused("hash");
    }

    [Fact]
    public async Task A_manifest_ahead_of_its_journal_names_both_positions()
    {
        await _folder.WithEventsAsync(4);
        var end = _folder.Store.VerifyChain(SampleJob, 0);
        ManifestFile.Save(_folder.Layout, Manifest(end with { Seq = 6, Offset = end.Offset + 100 }));
        var problem = Refused($"byte {end.Offset + 100}");
        problem.Why!.ShouldContain($"ends at byte {end.Offset}");
    }

    [Fact]
    public void What_is_no_file_of_a_sensible_size_is_refused_before_it_is_read()
    {
        File.WriteAllText(_folder.Layout.Manifest + ".real", Document());
        File.CreateSymbolicLink(_folder.Layout.Manifest, _folder.Layout.Manifest + ".real");
        Should.Throw<JobStateException>(() => ManifestFile.Load(_folder.Layout)).Problem.Why.ShouldBe("it is a symbolic link");
        File.Delete(_folder.Layout.Manifest);
        using (var sparse = File.Create(_folder.Layout.Manifest))
        {
            sparse.SetLength(10L << 30);
        }

        Should.Throw<JobStateException>(() => ManifestFile.Load(_folder.Layout)).Problem.Why!.ShouldContain("more than");
        Should.Throw<JobStateException>(() => ManifestFile.QuickHeader(_folder.Layout)).Problem.Why!.ShouldContain("more than");
    }

    [Fact]
    public void A_copied_manifest_is_refused()
    {
        ManifestFile.Save(_folder.Layout, Manifest(Nowhere, job: "other"));
        Refused("job other");
    }

    [Fact]
    public void The_quick_header_does_not_parse_the_phases_and_still_sees_damage_behind_them()
    {
        var many = string.Concat(Enumerable.Repeat("{\"name\":\"step\"},", 100_000));
        ManifestFile.Save(_folder.Layout, Encoding.UTF8.GetBytes(Document().Replace("\"phases\":[", "\"phases\":[" + many,
            StringComparison.Ordinal)));
        var whole = Text;
        ManifestFile.QuickHeader(_folder.Layout).PhaseCounts["SUCCESS"].ShouldBe(1);
        var flipped = whole.Replace("[{\"name\":\"step\"}", "[{\"name\":\"stop\"}", StringComparison.Ordinal);
        foreach (var damaged in (string[])[whole[..^400], flipped])
        {
            Text = damaged;
            Should.Throw<JobStateException>(() => ManifestFile.QuickHeader(_folder.Layout)).Problem.ShouldBeEquivalentTo(Refused());
        }
    }

    private static string Document() => Encoding.UTF8.GetString(Manifest(Nowhere));

    private static byte[] Rename(string field, string to) =>
        Encoding.UTF8.GetBytes(Document().Replace($"\"{field}\":", $"\"{to}\":", StringComparison.Ordinal));
}
