using Logist.Core;
using Logist.Git;
using Logist.Testing;

namespace Logist.Tests.Git;

public sealed class BaselineTests
{
    [Theory]
    [InlineData("source", "sha1", false)]
    [InlineData("sp ace%20:x", "sha1", true)]
    [InlineData("it's", "sha1", false)]
    [InlineData("source", "sha256", true)]
    public void The_base_commit_arrives_with_its_history_and_the_source_stays_as_it_is(string name, string format, bool packed)
    {
        using var source = new TempRepo(name, format);
        source["a.txt"] = "1";
        var first = source.Commit();
        source["a.txt"] = "2";
        var second = source.Commit();
        if (packed)
        {
            source.Git("gc", "-q");
        }

        source["a.txt"] = "uncommitted";
        source["untracked"] = "x";
        var before = TempRepo.Fingerprint(source.Directory, withTimes: true);

        var info = SourceRepository.Inspect(source.Directory, null)!;
        using var job = new TestJob(source);

        info.ShouldBe(new SourceInfo(source.Directory, format, second, "main", 2));
        job.Baseline.ShouldBe(second);
        job.Repository.Exists(first).ShouldBeTrue();
        job.Git("fsck", "--strict").ShouldBeEmpty();
        TempRepo.Fingerprint(source.Directory, withTimes: true).ShouldBe(before);
        job.Repository.EnsureBaseline(source.Directory, second, format).ShouldBe(second);
    }

    [Fact]
    public void A_shallow_source_keeps_its_shallow_border()
    {
        using var origin = new TempRepo();
        origin.Commit("one");
        origin.Commit("two");
        var head = origin.Commit("three");
        using var source = new TempRepo(init: false);
        TempRepo.GitIn("/", "clone", "-q", "--depth=2", "file://" + origin.Directory, source.Directory);

        using var job = new TestJob(source);

        job.Baseline.ShouldBe(head);
        job.Git("log", "--format=%s", head).ShouldBe("three\ntwo");
        var tree = job.Tree();
        TempRepo.GitIn(tree.Directory, "log", "--format=%s").ShouldBe("three\ntwo");
    }

    [Fact]
    public void Without_a_source_or_a_commit_every_job_starts_from_the_same_empty_commit()
    {
        using var unborn = new TempRepo();
        SourceRepository.Inspect(unborn.Directory, null)!.BaseCommit.ShouldBeNull();
        using var one = new TestJob(unborn);
        using var two = new TestJob();
        one.Baseline.ShouldBe(two.Baseline);
        two.Files(two.Baseline).ShouldBeEmpty();
        two.Git("fsck", "--strict").ShouldBeEmpty();
    }

    [Fact]
    public void A_linked_worktree_and_a_subdirectory_are_sources_too()
    {
        using var source = new TempRepo();
        source["d/a"] = "1";
        source.Commit();
        var linked = source.Beside("linked");
        source.Git("worktree", "add", "-q", "-b", "side", linked);
        File.WriteAllText(Path.Combine(linked, "b"), "1");
        TempRepo.GitIn(linked, "add", "-A");
        TempRepo.GitIn(linked, "commit", "-q", "-m", "b");

        var info = SourceRepository.Inspect(Path.Combine(linked, "d"), null)!;

        (info.Root, info.Branch).ShouldBe((linked, "side"));
        using var job = new TestJob();
        using var fromLinked = new TestJobDirectory();
        fromLinked.Repository.EnsureBaseline(info.Root, info.BaseCommit, info.ObjectFormat).ShouldBe(info.BaseCommit);
    }

    [Fact]
    public void A_repository_of_another_user_is_read()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can give files away");
        using var source = new TempRepo();
        source["a"] = "1";
        var head = source.Commit();
        TempRepo.Shell("/", $"chown -R 1234 '{source.Directory}'");
        using var job = new TestJob(source);
        job.Baseline.ShouldBe(head);
    }

    [Fact]
    public void A_commit_that_the_source_no_longer_has_is_an_error_and_leaves_no_repository()
    {
        using var source = new TempRepo();
        source.Commit();
        using var job = new TestJobDirectory();
        var error = Should.Throw<LogistException>(() => job.Repository.EnsureBaseline(source.Directory, new string('1', 40), "sha1"));
        error.Problem.Kind.ShouldBe(ErrorKind.Git);
        Directory.GetFileSystemEntries(job.Layout.Directory).ShouldBeEmpty();
    }

    [Fact]
    public void An_unknown_base_ref_is_a_usage_error()
    {
        using var source = new TempRepo();
        source.Commit();
        foreach (var name in (string[])["nope", "--upload-pack=x", "HEAD:"])
        {
            Should.Throw<LogistException>(() => SourceRepository.Inspect(source.Directory, name)).Problem.Kind.ShouldBe(ErrorKind.Usage);
        }
    }

    [Fact]
    public void No_repository_around_a_directory_is_no_error()
    {
        using var none = new TempRepo(init: false);
        SourceRepository.Inspect(none.Directory, null).ShouldBeNull();
    }

    [Fact]
    public void A_half_built_repository_of_a_killed_process_is_built_again()
    {
        using var source = new TempRepo();
        source["a"] = "1";
        var head = source.Commit();
        using var job = new TestJobDirectory();
        Directory.CreateDirectory(Path.Combine(job.Layout.Directory, "repo.git.new", "objects", "pack"));
        File.WriteAllText(Path.Combine(job.Layout.Directory, "repo.git.new", "objects", "pack", "tmp_pack_x"), "torn");
        job.Repository.EnsureBaseline(source.Directory, head, "sha1").ShouldBe(head);
        job.Repository.Exists(head).ShouldBeTrue();
    }

    [Fact]
    public void Writing_into_the_job_repository_is_noticed()
    {
        using var job = new TestJob();
        job.Repository.UpdateRefs([("refs/logist/1/a/1", job.Baseline)]);
        job.Repository.Exists(job.Baseline).ShouldBeTrue();

        job.Git("config", "filter.evil.clean", "touch /tmp/never");

        Should.Throw<LogistException>(() => job.Repository.Exists(job.Baseline)).Problem.Kind.ShouldBe(ErrorKind.Tampered);
    }

    [Fact]
    public void Git_is_never_looked_up_in_the_current_directory()
    {
        GitProgram.Find("::.:bin:").ShouldBeNull();
        using var none = new TempRepo(init: false);
        none["git"] = "planted";
        TempRepo.Shell(none.Directory, "chmod +x git");
        GitProgram.Find(Path.GetRelativePath(Directory.GetCurrentDirectory(), none.Directory)).ShouldBeNull();
        GitProgram.Find("/nonexistent:/usr/bin").ShouldBe("/usr/bin/git");
    }
}
