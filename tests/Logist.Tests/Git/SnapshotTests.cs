using Logist.Git;
using Logist.Testing;

namespace Logist.Tests.Git;

public sealed class SnapshotTests : IDisposable
{
    private readonly TempRepo _source = new();
    private readonly TestJob _job;
    private readonly WorkingTree _tree;

    public SnapshotTests()
    {
        _source["a.txt"] = "a";
        _source["dir/b.txt"] = "b";
        _source["dir/c.txt"] = "c";
        _source[".gitignore"] = "*.log\nbuild/\n";
        _source.Commit();
        _job = new TestJob(_source);
        _tree = _job.Tree();
    }

    public void Dispose()
    {
        _job.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void A_step_that_changed_nothing_is_one_commit_with_the_same_tree()
    {
        var snapshot = Snapshot();
        snapshot.Changed.ShouldBeFalse();
        snapshot.Commit.ShouldNotBe(_job.Baseline);
        snapshot.Tree.ShouldBe(_job.Repository.TreeOf(_job.Baseline));
        _tree.CurrentCommit.ShouldBe(snapshot.Commit);
        _job.Git("rev-parse", $"{snapshot.Commit}^").ShouldBe(_job.Baseline);
    }

    [Fact]
    public void New_changed_deleted_executable_and_linked_files_are_recorded()
    {
        Write("a.txt", "changed");
        Write("new/deep/n.txt", "n");
        File.Delete(At("dir/b.txt"));
        TempRepo.Shell(_tree.Directory, "chmod +x dir/c.txt");
        File.CreateSymbolicLink(At("link"), "/etc/passwd");

        var snapshot = Snapshot();

        snapshot.Changed.ShouldBeTrue();
        snapshot.Warnings.ShouldBeEmpty();
        _job.Git("diff-tree", "-r", "--name-status", _job.Baseline, snapshot.Commit).Split('\n')
            .ShouldBe(["M\ta.txt", "D\tdir/b.txt", "M\tdir/c.txt", "A\tlink", "A\tnew/deep/n.txt"]);
        _job.Git("ls-tree", snapshot.Commit, "link").ShouldStartWith("120000");
        _job.Git("ls-tree", snapshot.Commit, "dir/c.txt").ShouldStartWith("100755");
        _job.Git("cat-file", "-p", $"{snapshot.Commit}:link").ShouldBe("/etc/passwd");
        _tree.ChangedFiles().ShouldBeEmpty();
        _job.Git("fsck", "--strict", "--no-dangling").ShouldBeEmpty();
        Directory.GetFileSystemEntries(Path.Combine(_job.Layout.Directory, "quarantine")).ShouldBeEmpty();
    }

    [Fact]
    public void The_same_tree_and_request_give_the_same_commit()
    {
        Write("a.txt", "changed");
        var request = TestJob.Request(_job.Baseline) with
        {
            Author = new Signature("Ann <x>", "ann@example.com"), Trailers = [new("Logist-Job", "j"), new("Logist-Step", "s\nX: y")],
        };
        var one = _tree.Snapshot(request);
        var other = _job.Tree("worktrees/1.x.1");
        TestJob.Write(other, "a.txt", "changed");
        other.Snapshot(request).Commit.ShouldBe(one.Commit);
        _job.Git("log", "-1",
            "--format=%an|%ae|%(trailers:key=Logist-Job,valueonly,separator=)|%(trailers:key=Logist-Step,valueonly,separator=)", one.Commit)
            .ShouldBe("Ann x|ann@example.com|j|s X: y");
    }

    [Fact]
    public void Names_that_are_not_UTF8_or_hold_newlines_and_dashes_are_recorded()
    {
        TempRepo.Shell(_tree.Directory,
            "printf x > \"$(printf 'bad\\377name')\"; printf y > \"$(printf 'new\\nline')\"; printf z > ./--upload-pack=x; printf q > "
                + "':(glob)*'");
        var names = _tree.ChangedFiles();
        names.ShouldBe(["--upload-pack=x", ":(glob)*", "bad\\xffname", "new\\x0aline"], ignoreOrder: true);
        var snapshot = Snapshot();
        _job.Git("ls-tree", "-r", snapshot.Commit).Split('\n').Length.ShouldBe(4 + 4);
        var elsewhere = _job.Tree("worktrees/1.x.1", snapshot.Commit);
        elsewhere.ChangedFiles().ShouldBeEmpty();
        TempRepo.Shell(elsewhere.Directory, "test \"$(cat \"$(printf 'bad\\377name')\")\" = x");
    }

    [Theory]
    [InlineData("rm a.txt; mkdir a.txt; echo 1 > a.txt/in", "a.txt/in")]
    [InlineData("rm -r dir; echo 1 > dir", "dir")]
    [InlineData("rm -r dir; ln -s /etc dir", "dir")]
    [InlineData("mv dir moved; ln -s moved dir", "dir,moved/b.txt,moved/c.txt")]
    [InlineData("rm -r dir; mkdir dir; ln -s ../a.txt dir/b.txt", "dir/b.txt")]
    public void Files_directories_and_links_may_take_each_others_place(string change, string files)
    {
        TempRepo.Shell(_tree.Directory, change);
        var snapshot = Snapshot();
        var kept = change.Contains("a.txt;", StringComparison.Ordinal) ? (string[])[".gitignore", "dir/b.txt",
            "dir/c.txt"] : [".gitignore", "a.txt"];
        _job.Files(snapshot.Commit).ShouldBe([.. kept, .. files.Split(',')], ignoreOrder: true);
        _tree.ChangedFiles().ShouldBeEmpty();
        _tree.Materialise(_job.Baseline, TestJob.At).ShouldBeNull();
        File.ReadAllText(At("dir/b.txt")).ShouldBe("b");
        _tree.Materialise(snapshot.Commit, TestJob.At).ShouldBeNull();
        _tree.ChangedFiles().ShouldBeEmpty();
    }

    [Fact]
    public void Ignored_files_are_left_out_unless_kept_or_named_as_evidence()
    {
        Write("test.log", "log");
        Write("other.log", "log");
        Write("build/out.bin", "bin");
        Write("build/tmp/x.o", "o");
        Write("deep/report.log", "r");

        Snapshot().Changed.ShouldBeFalse();
        var snapshot = _tree.Snapshot(TestJob.Request(_job.Baseline) with
        {
            Keep = ["build/*.bin"], Evidence = ["test.log", "./deep", "missing.txt", "../outside", "/etc/passwd"],
        });

        _job.Git("diff-tree", "-r", "--name-only", _job.Baseline, snapshot.Commit).Split('\n').ShouldBe(["build/out.bin",
            "deep/report.log", "test.log"]);
        snapshot.Warnings.Count.ShouldBe(3);
        File.Exists(At("other.log")).ShouldBeTrue();
    }

    [Fact]
    public void What_git_cannot_record_is_a_warning_and_the_rest_is_recorded()
    {
        TempRepo.Shell(_tree.Directory,
            "mkdir empty half half/empty; echo 1 > half/file; mkfifo half/fifo; git init -q nested; echo 1 > nested/f; "
            + "rm dir/b.txt; mkfifo dir/b.txt; "
            + "mkdir 'GIT~1'; echo 1 > 'GIT~1/x'; ln -s a.txt .gitmodules; echo 1 > good");
        var snapshot = Snapshot();
        _job.Git("diff-tree", "-r", "--name-status", _job.Baseline, snapshot.Commit).Split('\n').ShouldBe(["D\tdir/b.txt", "A\tgood",
            "A\thalf/file"]);
        foreach (var name in (string[])["\"empty/\"", "\"half/empty/\"", "\"half/fifo\"", "\"nested/\"", "\"dir/b.txt\"", "\"GIT~1/x\"",
            "\".gitmodules\""])
        {
            snapshot.Warnings.Count(warning => warning.StartsWith(name, StringComparison.Ordinal)).ShouldBe(1, name);
        }
    }

    [Fact]
    public void Line_ending_rules_of_the_repository_apply_and_a_bad_encoding_rule_does_not_stop_the_step()
    {
        Write(".gitattributes", "*.txt text\n*.bad working-tree-encoding=UTF-16\n");
        Write("crlf.txt", "1\r\n2\r\n");
        Write("x.bad", "odd");
        var snapshot = Snapshot();
        _job.Git("cat-file", "-s", $"{snapshot.Commit}:crlf.txt").ShouldBe("4");
        _job.Files(snapshot.Commit).ShouldContain("x.bad");
        _job.Git("cat-file", "-p", $"{snapshot.Commit}:x.bad").ShouldBe("odd");
    }

    [Fact]
    public void Many_changes_at_once_are_all_recorded_also_when_sizes_and_times_are_equal()
    {
        for (var i = 0; i < 200; i++)
        {
            Write($"many/{i}", $"{i:d4}");
        }

        var one = Snapshot();
        for (var i = 0; i < 200; i++)
        {
            Write($"many/{i}", $"{i + 1:d4}");
        }

        var two = Snapshot(one.Commit);
        _job.Git("diff-tree", "-r", "--name-only", one.Commit, two.Commit).Split('\n').Length.ShouldBe(200);
        var elsewhere = _job.Tree("worktrees/1.x.1", two.Commit);
        elsewhere.Snapshot(TestJob.Request(two.Commit)).Tree.ShouldBe(two.Tree);
    }

    [Fact]
    public void Looking_for_changes_leaves_every_byte_and_time_alone()
    {
        Write("a.txt", "human");
        Write("new", "human");
        var before = TempRepo.Fingerprint(_job.Layout.Directory, withTimes: true);
        _tree.ChangedFiles().ShouldBe(["a.txt", "new"]);
        TempRepo.Fingerprint(_job.Layout.Directory, withTimes: true).ShouldBe(before);
    }

    [Fact]
    public void A_file_that_was_only_touched_or_changed_back_is_no_change()
    {
        Write("a.txt", "other");
        Write("a.txt", "a");
        _tree.ChangedFiles().ShouldBeEmpty();
        Snapshot().Changed.ShouldBeFalse();
    }

    [Fact]
    public void A_step_that_deletes_its_working_directory_deletes_all_files()
    {
        Directory.Delete(_tree.Directory, recursive: true);
        var snapshot = Snapshot();
        _job.Files(snapshot.Commit).ShouldBeEmpty();
        _tree.Materialise(_job.Baseline, TestJob.At);
        File.ReadAllText(At("a.txt")).ShouldBe("a");
    }

    [Fact]
    public void Trees_of_one_job_are_recorded_at_the_same_time()
    {
        var commits = new string[8];
        Parallel.For(0, 8, i => commits[i] = _job.Step($"s{i}", _job.Baseline, ($"f{i}", "x"), ("shared", "same")));
        _job.Repository.Missing(commits).ShouldBeEmpty();
        _job.Git([.. (string[])["fsck", "--strict", "--no-dangling"], .. commits]).ShouldBeEmpty();
    }

    private TreeSnapshot Snapshot(string? parent = null) => _tree.Snapshot(TestJob.Request(parent ?? _job.Baseline));

    private void Write(string path, string text) => TestJob.Write(_tree, path, text);

    private string At(string path) => Path.Combine(_tree.Directory, path);
}
