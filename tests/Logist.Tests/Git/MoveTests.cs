using Logist.Core;
using Logist.Git;
using Logist.Testing;

namespace Logist.Tests.Git;

public sealed class MoveTests : IDisposable
{
    private readonly TempRepo _source = new();
    private readonly TestJob _job;
    private readonly WorkingTree _tree;
    private readonly string _next;

    public MoveTests()
    {
        _source["a.txt"] = "a";
        _source["b.txt"] = "b";
        _source[".gitignore"] = "*.log\n";
        _source.Commit();
        _job = new TestJob(_source);
        _tree = _job.Tree();
        _next = _job.Step("next", _job.Baseline, ("a.txt", "next"), ("new.txt", "n"), ("d/e", "e"));
    }

    private string State => Path.Combine(_job.Layout.Directory, "index", "workspace.state");

    public void Dispose()
    {
        _job.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void A_tree_moves_between_commits_and_holds_exactly_their_files()
    {
        _tree.Materialise(_next, TestJob.At).ShouldBeNull();
        Read("a.txt").ShouldBe("next");
        _tree.CurrentCommit.ShouldBe(_next);
        _tree.Materialise(_job.Baseline, TestJob.At).ShouldBeNull();
        File.Exists(Path.Combine(_tree.Directory, "new.txt")).ShouldBeFalse();
        Directory.Exists(Path.Combine(_tree.Directory, "d")).ShouldBeFalse();
        _tree.ChangedFiles().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("new.txt", "mine")]
    [InlineData("d", "mine")]
    [InlineData("a.txt", "mine")]
    public void Uncommitted_files_are_recorded_before_they_are_overwritten(string path, string text)
    {
        TestJob.Write(_tree, path, text);
        var rescued = _tree.Materialise(_next, TestJob.At).ShouldNotBeNull();
        _job.Git("cat-file", "-p", $"{rescued}:{path}").ShouldBe(text);
        _job.Git("rev-parse", $"refs/logist/kept/{rescued}").ShouldBe(rescued);
        _tree.ChangedFiles().ShouldBeEmpty();
        _job.Git("ls-tree", "-r", "--name-only", _tree.CurrentCommit!).ShouldContain("d/e");
    }

    [Fact]
    public void An_ignored_file_in_the_way_is_recorded_first_and_other_ignored_files_stay()
    {
        var tracked = _job.Step("log", _job.Baseline, ("x", "x"));
        var tree = _job.Tree("worktrees/1.l.1");
        TestJob.Write(tree, "run.log", "from the step");
        var withLog = tree.Snapshot(TestJob.Request(tracked) with { Evidence = ["run.log"] }).Commit;
        TestJob.Write(_tree, "run.log", "precious");
        TestJob.Write(_tree, "cache.log", "cache");

        var rescued = _tree.Materialise(withLog, TestJob.At).ShouldNotBeNull();

        Read("run.log").ShouldBe("from the step");
        Read("cache.log").ShouldBe("cache");
        _job.Git("cat-file", "-p", $"{rescued}:run.log").ShouldBe("precious");
    }

    [Fact]
    public void A_file_that_was_written_again_with_the_same_content_does_not_stop_a_move()
    {
        File.Delete(Path.Combine(_tree.Directory, "a.txt"));
        TestJob.Write(_tree, "a.txt", "a");
        _tree.ChangedFiles().ShouldBeEmpty();
        _tree.Materialise(_next, TestJob.At).ShouldBeNull();
        Read("a.txt").ShouldBe("next");
    }

    [Fact]
    public void Something_that_cannot_be_recorded_stops_the_move_and_stays()
    {
        TempRepo.Shell(_tree.Directory, "mkfifo new.txt");
        Should.Throw<LogistException>(() => _tree.Materialise(_next, TestJob.At)).Problem.Kind.ShouldBe(ErrorKind.Git);
        _tree.CurrentCommit.ShouldBe(_job.Baseline);
        Read("a.txt").ShouldBe("a");
        TempRepo.Shell(_tree.Directory, "test -p new.txt; rm new.txt");
        _tree.Materialise(_next, TestJob.At).ShouldBeNull();
        Read("new.txt").ShouldBe("n");
    }

    [Fact]
    public void A_move_that_was_killed_half_way_is_finished_and_never_read_as_a_persons_change()
    {
        // As kill -9 within read-tree leaves it: marker written, some files new, index old, locks and parts lying about.
        var words = File.ReadAllText(State).TrimEnd('\n').Split(' ');
        File.WriteAllText(State, $"{words[0]} {words[1]} {words[2]} {_next}\n");
        File.WriteAllText(Path.Combine(_job.Layout.Directory, "index", "workspace.1"), "torn");
        File.WriteAllText(Path.Combine(_job.Layout.Directory, "index", "workspace.1.lock"), "torn");
        TestJob.Write(_tree, "a.txt", "next");
        TestJob.Write(_tree, "d/e", "e");
        var again = new WorkingTree(_job.Repository, "workspace");
        again.CurrentCommit.ShouldBeNull();
        again.ChangedFiles().ShouldBeEmpty();
        Should.Throw<LogistException>(() => again.Snapshot(TestJob.Request(_job.Baseline)));

        var rescued = again.RepairAfterCrash(TestJob.At).ShouldNotBeNull();

        _job.Files(rescued).ShouldContain("d/e");
        again.CurrentCommit.ShouldBe(_next);
        again.ChangedFiles().ShouldBeEmpty();
        Read("new.txt").ShouldBe("n");
        Directory.GetFiles(Path.Combine(_job.Layout.Directory, "index"), "*.lock").ShouldBeEmpty();
        again.RepairAfterCrash(TestJob.At).ShouldBeNull();
    }

    [Fact]
    public void A_snapshot_that_was_killed_before_its_end_is_simply_made_again()
    {
        TestJob.Write(_tree, "a.txt", "work");
        var index = Path.Combine(_job.Layout.Directory, "index");
        File.WriteAllText(Path.Combine(index, "workspace.2"), "torn");
        File.WriteAllText(Path.Combine(index, "workspace.2.lock"), "");
        Directory.CreateDirectory(Path.Combine(_job.Layout.Directory, "quarantine", "dead", "ab"));
        _job.Repository.CleanAfterCrash().ShouldContain("quarantine/dead");
        var again = new WorkingTree(_job.Repository, "workspace");
        again.RepairAfterCrash(TestJob.At).ShouldBeNull();
        again.ChangedFiles().ShouldBe(["a.txt"]);
        again.Snapshot(TestJob.Request(_job.Baseline)).Changed.ShouldBeTrue();
    }

    [Fact]
    public void A_torn_index_is_rebuilt_and_a_persons_changes_stay()
    {
        TestJob.Write(_tree, "b.txt", "human");
        foreach (var file in Directory.GetFiles(Path.Combine(_job.Layout.Directory, "index"), "workspace.?"))
        {
            File.WriteAllBytes(file, new byte[100]);
        }

        var again = new WorkingTree(_job.Repository, "workspace");
        again.RepairAfterCrash(TestJob.At).ShouldBeNull();
        again.ChangedFiles().ShouldBe(["b.txt"]);
        Read("b.txt").ShouldBe("human");
    }

    [Fact]
    public void A_tree_that_was_being_made_is_made_again()
    {
        var place = Path.Combine(_job.Layout.Directory, "worktrees", "1.x.1");
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "a.txt"), "");
        File.WriteAllText(Path.Combine(_job.Layout.Directory, "index", "worktrees+1.x.1.state"), $"- - 0 {_next}\n");
        var tree = new WorkingTree(_job.Repository, "worktrees/1.x.1");
        tree.CurrentCommit.ShouldBeNull();
        tree.RepairAfterCrash(TestJob.At).ShouldBeNull();
        tree.CurrentCommit.ShouldBe(_next);
        tree.ChangedFiles().ShouldBeEmpty();
    }

    [Fact]
    public void A_released_tree_serves_the_next_step_without_anything_of_the_last_one()
    {
        var first = _job.Tree("worktrees/1.x.1");
        TestJob.Write(first, "left.log", "ignored");
        TestJob.Write(first, "nested/.git/config", "x");
        var rescued = first.Release(TestJob.At);
        Directory.Exists(first.Directory).ShouldBeFalse();
        var second = _job.Tree("worktrees/1.y.1", _next);
        Directory.GetDirectories(Path.Combine(_job.Layout.Directory, "worktrees", ".pool")).ShouldBeEmpty();
        TempRepo.Fingerprint(second.Directory).ShouldNotContain("left.log");
        Directory.Exists(Path.Combine(second.Directory, "nested")).ShouldBeFalse();
        second.ChangedFiles().ShouldBeEmpty();
        rescued.ShouldBeNull();
        second.Snapshot(TestJob.Request(_next)).Tree.ShouldBe(_job.Repository.TreeOf(_next));
    }

    [Fact]
    public void Removing_a_tree_keeps_what_was_in_no_commit()
    {
        var tree = _job.Tree("worktrees/1.x.1");
        TestJob.Write(tree, "work", "hours of it");
        var rescued = tree.Remove(TestJob.At).ShouldNotBeNull();
        _job.Git("cat-file", "-p", $"{rescued}:work").ShouldBe("hours of it");
        Directory.Exists(tree.Directory).ShouldBeFalse();
        Directory.GetFiles(Path.Combine(_job.Layout.Directory, "index"), "worktrees+1.x.1*").ShouldBeEmpty();
    }

    [Fact]
    public void A_directory_with_foreign_files_is_not_taken_over()
    {
        using var job = new TestJob();
        Directory.CreateDirectory(job.Layout.Workspace);
        File.WriteAllText(Path.Combine(job.Layout.Workspace, "mine"), "x");
        Should.Throw<LogistException>(() => job.Tree());
        File.ReadAllText(Path.Combine(job.Layout.Workspace, "mine")).ShouldBe("x");
    }

    private string Read(string path) => File.ReadAllText(Path.Combine(_tree.Directory, path));
}
