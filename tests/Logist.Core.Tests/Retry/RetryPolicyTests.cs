using FsCheck;
using FsCheck.Fluent;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Retry;

public sealed class RetryPolicyTests
{
    private static readonly Arbitrary<RetryPolicy> AnyPolicy = Arb.From(
        from attempts in Gen.Choose(1, 100)
        from initial in Gen.Choose(0, int.MaxValue)
        from factor in Gen.Choose(100, 10_000)
        from max in Gen.Choose(0, int.MaxValue)
        select new RetryPolicy(attempts, TimeSpan.FromMilliseconds(initial), factor / 100.0, TimeSpan.FromMilliseconds(max)));

    private static readonly Arbitrary<int> AnyCount = Arb.From(Gen.Frequency((4, Gen.Choose(0, 50)), (1, Gen.Choose(0, int.MaxValue - 1))));

    [Fact]
    public void The_pause_is_never_negative_never_above_max_and_never_shorter_than_the_one_before() =>
        Prop.ForAll(AnyPolicy, AnyCount, (policy, failures) =>
        {
            var (now, next) = (policy.Delay(failures), policy.Delay(failures + 1));
            return now >= TimeSpan.Zero && now <= policy.Max && next >= now;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_pause_is_the_initial_one_and_each_further_one_is_factor_times_as_long()
    {
        var policy = new RetryPolicy(9, TimeSpan.FromSeconds(10), 2, TimeSpan.FromMinutes(1));
        Enumerable.Range(1, 5).Select(n => policy.Delay(n).TotalSeconds).ShouldBe([10, 20, 40, 60, 60]);
        policy.Delay(0).ShouldBe(TimeSpan.FromSeconds(10));
        new RetryPolicy(9, TimeSpan.FromMinutes(2), 1, TimeSpan.FromMinutes(1)).Delay(1).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Attempts_are_counted_by_failures()
    {
        RetryPolicy.None.Allows(0).ShouldBeTrue();
        RetryPolicy.None.Allows(1).ShouldBeFalse();
        (RetryPolicy.None with { MaxAttempts = 3 }).Allows(2).ShouldBeTrue();
        (RetryPolicy.None with { MaxAttempts = 3 }).Allows(3).ShouldBeFalse();
    }
}
