using Logist.Core;
using Logist.Files;
using Logist.Git;
using Logist.Testing;

namespace Logist.Tests.Git;

public sealed class HostileTests : IDisposable
{
    private readonly TempRepo _source = new();
    private readonly string _marker;

    public HostileTests()
    {
        _marker = _source.Beside("marker");
        _source["a.txt"] = "a";
        _source["sub/f.evil"] = "1";
        _source[".gitattributes"] = "* filter=evil diff=evil merge=evil\n";
        _source.Commit();
    }

    public void Dispose()
    {
        _source.Dispose();
    }

    [Fact]
    public void Nothing_that_the_source_configures_is_run()
    {
        Arm(_source.Directory);
        _source["a.txt"] = "changed";
        File.WriteAllText(Path.Combine(_source.Directory, "git"), $"#!/bin/sh\ntouch {_marker}\n");
        TempRepo.Shell(_source.Directory, "chmod +x git");
        var before = TempRepo.Fingerprint(_source.Directory, withTimes: true);

        var info = SourceRepository.Inspect(_source.Directory, "main")!;
        info.Uncommitted.ShouldBe(2);
        using var job = new TestJob(_source);
        var work = job.Step("x", job.Baseline, ("a.txt", "work"));
        SourceRepository.Apply(job.Repository, _source.Directory, "logist/x", work);

        File.Exists(_marker).ShouldBeFalse();
        _source.Git("rev-parse", "logist/x").ShouldBe(work);
        TempRepo.Shell(_source.Directory, "rm -rf .git/refs/heads/logist .git/objects .git/logs");
        TempRepo.Fingerprint(_source.Directory).ShouldBe(WithoutObjects(before));
    }

    [Fact]
    public void Nothing_that_an_agent_configures_in_its_tree_is_run()
    {
        using var job = new TestJob(_source);
        var tree = job.Tree();
        Arm(tree.Directory);
        Directory.CreateDirectory(Path.Combine(tree.Directory, "nested"));
        TempRepo.GitIn(Path.Combine(tree.Directory, "nested"), "init", "-q");
        Arm(Path.Combine(tree.Directory, "nested"));
        TestJob.Write(tree, "nested/x", "x");
        File.WriteAllText(Path.Combine(tree.Directory, "git"), $"#!/bin/sh\ntouch {_marker}\n");
        TempRepo.Shell(tree.Directory, "chmod +x git");
        TestJob.Write(tree, "a.txt", "changed");

        tree.ChangedFiles().ShouldBe(["a.txt", "git"]);
        var snapshot = tree.Snapshot(TestJob.Request(job.Baseline));
        tree.Materialise(job.Baseline, TestJob.At);
        using var diff = new MemoryStream();
        job.Repository.Diff(job.Baseline, snapshot.Commit, new DiffOptions(), diff);

        File.Exists(_marker).ShouldBeFalse();
    }

    [Theory]
    [InlineData("rm -rf .git")]
    [InlineData("rm -rf .git; ln -s /etc .git")]
    [InlineData("rm -rf .git; echo 'gitdir: /nowhere' > .git")]
    [InlineData("touch .git/index.lock .git/HEAD.lock; echo broken > .git/config")]
    [InlineData("rm .git/HEAD; mkfifo .git/HEAD")]
    [InlineData("ln -sf /etc/passwd .git/HEAD")]
    [InlineData("git update-ref -d refs/heads/main; git gc -q --prune=now; git config core.bare true")]
    public void Whatever_an_agent_does_to_its_repository_the_snapshot_is_right(string harm)
    {
        using var job = new TestJob(_source);
        var before = TempRepo.Fingerprint(job.Layout.Repository);
        var tree = job.Tree();
        TempRepo.Shell(tree.Directory, harm);
        TempRepo.Fingerprint(job.Layout.Repository).ShouldBe(before);
        TestJob.Write(tree, "a.txt", "work");
        job.Repository.ImportAgentCommits(tree, job.Baseline, out var warning).ShouldBeNull();
        warning.ShouldBeNull();
        var snapshot = tree.Snapshot(TestJob.Request(job.Baseline));
        job.Repository.ChangedFiles(job.Baseline, snapshot.Commit).ShouldBe(["a.txt"]);
        TempRepo.GitIn(tree.Directory, "status", "--short").ShouldBeEmpty();
        TempRepo.GitIn(tree.Directory, "rev-parse", "HEAD").ShouldBe(snapshot.Commit);
    }

    [Theory]
    [InlineData("git checkout -q -b mine; echo 1 > new; git add new; git commit -q -m one; echo 2 > new; git commit -qam two")]
    [InlineData("echo 1 > new; git add new; git commit -q -m one; git checkout -q -b mine; git pack-refs --all; git gc -q")]
    public void Commits_of_an_agent_become_the_second_parent(string work)
    {
        using var job = new TestJob(_source);
        var tree = job.Tree();
        TempRepo.Shell(tree.Directory, work);
        var head = job.Repository.ImportAgentCommits(tree, job.Baseline, out var warning).ShouldNotBeNull();
        warning.ShouldBeNull();
        var snapshot = tree.Snapshot(TestJob.Request(job.Baseline) with { SecondParent = head });
        job.Git("log", "-1", "--format=%P", snapshot.Commit).ShouldBe($"{job.Baseline} {head}");
        TempRepo.Shell(tree.Directory, "rm -rf .git");
        job.Git("fsck", "--strict", "--no-dangling").ShouldBeEmpty();
    }

    [Fact]
    public void A_damaged_commit_of_an_agent_is_a_warning_and_does_not_enter_the_repository()
    {
        using var job = new TestJob(_source);
        var tree = job.Tree();
        var before = TempRepo.Fingerprint(job.Layout.Repository);
        File.WriteAllText(Path.Combine(tree.Directory, ".git", "HEAD"), new string('1', 40) + "\n");
        job.Repository.ImportAgentCommits(tree, job.Baseline, out var warning).ShouldBeNull();
        warning.ShouldNotBeNull();
        TempRepo.Fingerprint(job.Layout.Repository).ShouldBe(before);
    }

    [Fact]
    public void A_filter_planted_in_the_job_repository_stops_the_job_before_git_runs()
    {
        using var job = new TestJob(_source);
        var tree = job.Tree();
        Arm(job.Layout.Repository, "config");
        TestJob.Write(tree, "a.txt", "changed");
        Should.Throw<LogistException>(() => tree.Snapshot(TestJob.Request(job.Baseline))).Problem.Kind.ShouldBe(ErrorKind.Tampered);
        File.Exists(_marker).ShouldBeFalse();
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("link")]
    [InlineData("linked/passwd")]
    [InlineData("fifo")]
    [InlineData("missing")]
    [InlineData("")]
    [InlineData("d/../../outside")]
    [InlineData("a\0b")]
    public void Paths_that_leave_the_directory_or_are_no_files_are_refused(string path)
    {
        TempRepo.Shell(_source.Directory,
            "ln -s /etc/passwd link; ln -s /etc linked; mkfifo fifo; mkdir d; echo x > d/ok; echo x > ../outside");
        SafeFile.Refusal(_source.Directory, path).ShouldNotBeNull();
        SafeFile.ReadBounded(_source.Directory, path, 100).ShouldNotBeOfType<SafeRead.Content>();
        SafeFile.Refusal(_source.Directory, "./d/ok").ShouldBeNull();
        SafeFile.Refusal(_source.Directory, "d").ShouldBeNull();
        SafeFile.ReadBounded(_source.Directory, "./d/ok", 100).ShouldBeOfType<SafeRead.Content>().Bytes.ShouldBe("x\n"u8.ToArray());
        SafeFile.ReadBounded(_source.Directory, "d/ok", 1).ShouldBeOfType<SafeRead.Refused>();
    }

    private static string WithoutObjects(string fingerprint) => string.Join('\n', fingerprint.Split('\n')
        .Where(line => !line.StartsWith(".git/objects", StringComparison.Ordinal) && !line.StartsWith(".git/logs",
            StringComparison.Ordinal))
        .Select(line => line[..(line.LastIndexOf(' ') + 1)] + "0"));

    private void Arm(string directory, string config = ".git/config")
    {
        var evil = $"touch {_marker}";
        File.AppendAllText(Path.Combine(directory, config),
            $"[core]\n\tfsmonitor = {evil}\n\thooksPath = {directory}/.git/evil\n\tsshCommand = {evil}\n"
            + $"\tpager = {evil}\n\talternateRefsCommand = {evil}\n"
            + $"[filter \"evil\"]\n\tclean = {evil}; cat\n\tsmudge = {evil}; cat\n\tprocess = {evil}\n\trequired = true\n"
            + $"[diff \"evil\"]\n\tcommand = {evil}\n\ttextconv = {evil}\n[merge \"evil\"]\n\tdriver = "
                + $"{evil}\n[uploadpack]\n\tpackObjectsHook = {evil}\n");
        var hooks = Path.Combine(directory, ".git", "evil");
        Directory.CreateDirectory(hooks);
        foreach (var hook in (string[])["reference-transaction", "post-index-change", "post-checkout", "pre-commit", "post-merge"])
        {
            File.WriteAllText(Path.Combine(hooks, hook), $"#!/bin/sh\n{evil}\n");
        }

        TempRepo.Shell(hooks, "chmod +x *");
    }
}
