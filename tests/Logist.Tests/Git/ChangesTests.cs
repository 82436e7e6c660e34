using Logist.Testing;

namespace Logist.Tests.Git;

/// <summary>What differs between two commits, file by file.</summary>
public sealed class ChangesTests : IDisposable
{
    private readonly TempRepo _source = new();
    private readonly TestJob _job;

    public ChangesTests()
    {
        _source["same.txt"] = "same\n";
        _source["gone.txt"] = "gone\n";
        _source["old name.txt"] = string.Concat(Enumerable.Range(0, 20).Select(i => $"line {i}\n"));
        _source["link"] = "a file\n";
        _ = _source.Commit();
        _job = new TestJob(_source);
    }

    public void Dispose()
    {
        _job.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Every_kind_of_change_is_told_with_its_lines_and_its_own_patch()
    {
        var tree = _job.Tree("worktrees/1.all.1");
        File.Delete(Path.Combine(tree.Directory, "gone.txt"));
        File.Move(Path.Combine(tree.Directory, "old name.txt"), Path.Combine(tree.Directory, "new\nname.txt"));
        File.Delete(Path.Combine(tree.Directory, "link"));
        File.CreateSymbolicLink(Path.Combine(tree.Directory, "link"), "same.txt");
        File.WriteAllBytes(Path.Combine(tree.Directory, "picture"), [0, 1, 2]);
        TestJob.Write(tree, "added.txt", "diff --git a/x b/x\n--- a/x\n");
        var commit = tree.Snapshot(TestJob.Request(_job.Baseline)).Commit;

        var changes = _job.Repository.Changes(_job.Baseline, commit);

        var files = changes.Files.ToDictionary(file => file.Path);
        files.Keys.ShouldBe(["added.txt", "gone.txt", "link", @"new\x0aname.txt", "picture"], ignoreOrder: true);
        files["added.txt"].Patch!.ShouldEndWith("@@ -0,0 +1,2 @@\n+diff --git a/x b/x\n+--- a/x\n");
        files["gone.txt"].ShouldSatisfyAllConditions(file => file.Status.ShouldBe("deleted"), file => file.Deletions.ShouldBe(1),
            file => file.Patch!.ShouldContain("-gone\n"));
        files[@"new\x0aname.txt"].ShouldSatisfyAllConditions(file => file.Status.ShouldBe("renamed"),
            file => file.OldPath.ShouldBe("old name.txt"), file => file.Patch!.ShouldContain("rename to"));
        files["link"].Patch!.ShouldSatisfyAllConditions(patch => patch.ShouldContain("-a file\n"),
            patch => patch.ShouldContain("+same.txt"));
        files["picture"].ShouldSatisfyAllConditions(file => file.Status.ShouldBe("binary"), file => file.Patch.ShouldBeNull(),
            file => file.TooLarge.ShouldBeFalse());
        (changes.Additions, changes.Deletions, changes.Truncated).ShouldBe((3, 2, false));
    }

    [Fact]
    public void A_long_patch_is_left_out_and_comes_alone_when_asked_for()
    {
        var many = string.Concat(Enumerable.Range(0, 5001).Select(i => $"{i}\n"));
        var commit = _job.Step("x", _job.Baseline, ("a.txt", "short\n"), ("lines.txt", many), ("wide.txt", new string('x', 2 << 20)));

        var changes = _job.Repository.Changes(_job.Baseline, commit).Files;

        changes.Where(file => file.TooLarge && file.Patch is null).Select(file => file.Path).ShouldBe(["lines.txt", "wide.txt"]);
        changes.Single(file => file.Path == "a.txt").Patch!.ShouldContain("+short\n");
        var alone = _job.Repository.Changes(_job.Baseline, commit, "lines.txt").Files.ShouldHaveSingleItem();
        alone.TooLarge.ShouldBeFalse();
        alone.Patch!.ShouldContain("\n+5000\n");
        _job.Repository.Changes(_job.Baseline, commit, "wide.txt").Files[0].Patch!.Length.ShouldBeGreaterThan(2 << 20);
    }

    [Fact]
    public void Nothing_changed_is_no_files()
    {
        var changes = _job.Repository.Changes(_job.Baseline, _job.Baseline);
        changes.Files.ShouldBeEmpty();
        _job.Repository.Changes(_job.Baseline, _job.Baseline, "no-such-file").Files.ShouldBeEmpty();
    }
}
