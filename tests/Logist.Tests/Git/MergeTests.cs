using System.Text;
using Logist.Git;
using Logist.Testing;

namespace Logist.Tests.Git;

public sealed class MergeTests : IDisposable
{
    private readonly TempRepo _source = new();
    private readonly TestJob _job;

    public MergeTests()
    {
        _source["a.txt"] = "1\n2\n3\n4\n5\n";
        _source["b.txt"] = "b\n";
        _source.Commit();
        _job = new TestJob(_source);
    }

    public void Dispose()
    {
        _job.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Outputs_that_change_different_files_are_combined_under_one_commit_with_all_parents()
    {
        var (x, y) = (_job.Step("x", _job.Baseline, ("x", "x")), _job.Step("y", _job.Baseline, ("y", "y")));
        var merged = Clean(_job.Repository.Merge([("x", x), ("y", y)], _job.Baseline));
        _job.Files(merged.Commit).ShouldBe(["a.txt", "b.txt", "x", "y"]);
        _job.Git("log", "-1", "--format=%P", merged.Commit).ShouldBe($"{x} {y}");
        Clean(_job.Repository.Merge([("x", x), ("y", y)], _job.Baseline)).ShouldBe(merged);
        _job.Git("fsck", "--strict", "--connectivity-only").ShouldNotContain("missing");
    }

    [Fact]
    public void Inputs_that_add_nothing_are_left_out()
    {
        var (nothing, x) = (_job.Step("n", _job.Baseline), _job.Step("x", _job.Baseline, ("x", "x")));
        var twin = _job.Step("twin", _job.Baseline, ("x", "x"));
        Clean(_job.Repository.Merge([("n", nothing), ("x", x), ("twin", twin)], _job.Baseline)).Commit.ShouldBe(x);
        Clean(_job.Repository.Merge([("n", nothing)], _job.Baseline)).Commit.ShouldBe(nothing);
        Clean(_job.Repository.Merge([], _job.Baseline)).Commit.ShouldBe(_job.Baseline);
        Clean(_job.Repository.Merge([("n", nothing), ("n2", _job.Step("n2", _job.Baseline))], _job.Baseline)).Commit.ShouldBe(nothing);
    }

    [Fact]
    public void A_step_that_undid_everything_is_not_mistaken_for_one_that_did_nothing()
    {
        var plan = _job.Step("plan", _job.Baseline, ("b.txt", "planned\n"));
        var undo = _job.Step("undo", plan, ("b.txt", "b\n"));
        var other = _job.Step("other", plan, ("other", "x"));
        var merged = Clean(_job.Repository.Merge([("undo", undo), ("other", other)], _job.Baseline));
        _job.Git("cat-file", "-p", $"{merged.Commit}:b.txt").ShouldBe("b");
    }

    [Fact]
    public void A_conflict_names_the_step_and_the_files_and_keeps_the_marked_tree()
    {
        var one = _job.Step("one", _job.Baseline, ("a.txt", "1\nleft\n3\n4\n5\n"), ("free", "x"));
        var two = _job.Step("two", _job.Baseline, ("b.txt", "b2\n"));
        var three = _job.Step("three", _job.Baseline, ("a.txt", "1\nright\n3\n4\n5\n"));
        var conflict = _job.Repository.Merge([("one", one), ("two", two), ("three", three)], _job.Baseline).ShouldBeOfType<MergeResult.Conflict>();
        conflict.Step.ShouldBe("three");
        conflict.Files.ShouldBe(["a.txt"]);
        _job.Git("cat-file", "-p", $"{conflict.Marked}:a.txt").ShouldContain("<<<<<<<");
        _job.Repository.Exists(conflict.Marked).ShouldBeTrue();
    }

    [Fact]
    public void A_hundred_outputs_are_combined_and_a_conflict_among_them_still_names_its_step()
    {
        var tree = _job.Tree("worktrees/1.many.1");
        var inputs = new List<(string, string)>();
        for (var i = 0; i < 100; i++)
        {
            tree.Materialise(_job.Baseline, TestJob.At);
            TestJob.Write(tree, $"f{i}", "x");
            inputs.Add(($"s{i}", tree.Snapshot(TestJob.Request(_job.Baseline)).Commit));
        }

        var merged = Clean(_job.Repository.Merge(inputs, _job.Baseline));
        _job.Files(merged.Commit).Length.ShouldBe(102);

        inputs[70] = ("left", _job.Step("left", _job.Baseline, ("b.txt", "left\n")));
        inputs[80] = ("right", _job.Step("right", _job.Baseline, ("b.txt", "right\n")));
        var conflict = _job.Repository.Merge(inputs, _job.Baseline).ShouldBeOfType<MergeResult.Conflict>();
        (conflict.Step, conflict.Files.Single()).ShouldBe(("right", "b.txt"));
    }

    [Fact]
    public void Nine_outputs_that_touch_one_file_in_different_places_are_combined()
    {
        _source["long"] = string.Concat(Enumerable.Range(0, 100).Select(i => $"line {i}\n"));
        var head = _source.Commit();
        using var job = new TestJob(_source);
        var inputs = Enumerable.Range(0, 9).Select(i =>
            ($"s{i}", job.Step($"s{i}", head, ("long", _source["long"].Replace($"line {i * 10}\n", $"changed {i}\n", StringComparison.Ordinal))))).ToList();
        var merged = Clean(job.Repository.Merge(inputs, head));
        job.Git("cat-file", "-p", $"{merged.Commit}:long").Split('\n').Count(line => line.StartsWith("changed", StringComparison.Ordinal)).ShouldBe(9);
    }

    [Fact]
    public void A_persons_changes_are_put_on_top_of_another_tree()
    {
        var rest = _job.Step("rest", _job.Baseline, ("x", "x"));
        var human = _job.Step("human", rest, ("b.txt", "human\n"));
        var elsewhere = _job.Step("else", _job.Baseline, ("y", "y"));
        var merged = Clean(_job.Repository.Merge3(rest, elsewhere, human));
        _job.Files(merged.Commit).ShouldBe(["a.txt", "b.txt", "y"]);
        _job.Git("cat-file", "-p", $"{merged.Commit}:b.txt").ShouldBe("human");
        Clean(_job.Repository.Merge3(rest, elsewhere, rest)).Commit.ShouldBe(elsewhere);
        Clean(_job.Repository.Merge3(rest, rest, human)).Tree.ShouldBe(_job.Repository.TreeOf(human));

        var contrary = _job.Step("contrary", _job.Baseline, ("b.txt", "contrary\n"));
        _job.Repository.Merge3(rest, contrary, human).ShouldBeOfType<MergeResult.Conflict>().Files.ShouldBe(["b.txt"]);
    }

    [Fact]
    public void Differences_are_printed_as_patch_statistics_or_names()
    {
        var x = _job.Step("x", _job.Baseline, ("b.txt", "new\n"));
        Diff(new DiffOptions()).ShouldContain("-b\n+new\n");
        Diff(new DiffOptions { Stat = true }).ShouldContain("1 file changed");
        Diff(new DiffOptions { NameOnly = true }).ShouldBe("b.txt\n");
        Diff(new DiffOptions { Color = true }).ShouldContain("\u001b[");
        _job.Repository.ChangedFiles(_job.Baseline, x).ShouldBe(["b.txt"]);

        string Diff(DiffOptions options)
        {
            using var output = new MemoryStream();
            _job.Repository.Diff(_job.Baseline, x, options, output);
            return Encoding.UTF8.GetString(output.ToArray());
        }
    }

    private static MergeResult.Clean Clean(MergeResult result) => result.ShouldBeOfType<MergeResult.Clean>();
}
