using Logist.Core;
using Logist.Git;
using Logist.Testing;

namespace Logist.Tests.Git;

public sealed class RefTests : IDisposable
{
    private readonly TempRepo _source = new();
    private readonly TestJob _job;

    public RefTests()
    {
        _source["a.txt"] = "a";
        _source.Commit();
        _job = new TestJob(_source);
    }

    public void Dispose()
    {
        _job.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Refs_are_written_together_and_again_without_harm()
    {
        var x = _job.Step("x", _job.Baseline, ("x", "x"));
        (string, string)[] refs = [("refs/heads/logist/j", x), ("refs/logist/1/x/1", x)];
        _job.Repository.UpdateRefs(refs);
        _job.Repository.UpdateRefs(refs);
        _job.Repository.UpdateRefs([]);
        _job.Repository.ReadRef("refs/heads/logist/j").ShouldBe(x);
        _job.Repository.ReadRef("refs/heads/none").ShouldBeNull();
    }

    [Theory]
    [InlineData("refs/heads/logist/j.lock")]
    [InlineData("packed-refs.lock")]
    [InlineData("packed-refs.new")]
    public void Locks_that_a_killed_git_left_do_not_stop_the_next_one(string name)
    {
        var path = Path.Combine(_job.Layout.Repository, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        _job.Repository.UpdateRefs([("refs/heads/logist/j", _job.Baseline)]);
        _job.Repository.CleanAfterCrash();
        File.Exists(path).ShouldBeFalse();
        _job.Git("pack-refs", "--all");
        _job.Repository.ReadRef("refs/heads/logist/j").ShouldBe(_job.Baseline);
    }

    [Theory]
    [InlineData("refs/heads/a\ndelete refs/heads/b")]
    [InlineData("refs/../x")]
    [InlineData("HEAD")]
    [InlineData("refs/heads/-x")]
    [InlineData("refs/heads/x.lock")]
    public void Unusual_ref_names_are_refused(string name) =>
        Should.Throw<LogistException>(() => _job.Repository.UpdateRefs([(name, _job.Baseline)])).Problem.Kind.ShouldBe(ErrorKind.Usage);

    [Fact]
    public void Missing_commits_are_told_apart()
    {
        var absent = new string('2', 40);
        _job.Repository.Missing([_job.Baseline, absent, "x"]).ShouldBe(["x", absent], ignoreOrder: true);
        _job.Repository.Exists(absent).ShouldBeFalse();
        Should.Throw<LogistException>(() => _job.Repository.TreeOf(absent)).Problem.Kind.ShouldBe(ErrorKind.Corrupt);
    }

    [Fact]
    public void Applying_creates_and_forwards_a_branch_and_touches_nothing_else()
    {
        var x = _job.Step("x", _job.Baseline, ("x", "x"));
        var y = _job.Step("y", x, ("y", "y"));
        _source["a.txt"] = "dirty";
        var before = Files();
        SourceRepository.Apply(_job.Repository, _source.Directory, "logist/j", x);
        SourceRepository.Apply(_job.Repository, _source.Directory, "logist/j", y);
        _source.Git("rev-parse", "logist/j").ShouldBe(y);
        Files().ShouldBe(before);

        Refused("logist/j", x);
        Refused("main", y);
        Should.Throw<LogistException>(() => SourceRepository.Apply(_job.Repository, _source.Directory, "--upload-pack=x", y)).Problem.Kind.ShouldBe(ErrorKind.Usage);
        Files().ShouldBe(before);

        void Refused(string branch, string commit) =>
            Should.Throw<LogistException>(() => SourceRepository.Apply(_job.Repository, _source.Directory, branch, commit)).Problem.Kind.ShouldBe(ErrorKind.WrongState);

        string Files() => string.Join('\n', TempRepo.Fingerprint(_source.Directory, withTimes: false).Split('\n')
            .Where(line => !line.StartsWith(".git/objects", StringComparison.Ordinal) && !line.Contains("heads/logist", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_users_name_is_read_from_the_users_configuration()
    {
        _source.Git("config", "user.name", "Ann");
        SourceRepository.Identity(_source.Directory).Name.ShouldBe("Ann");
    }
}
