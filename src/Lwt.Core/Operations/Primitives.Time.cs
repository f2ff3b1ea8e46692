namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>
    /// Returns a cancelable promise that the loop fulfills in its next iteration. The fronts call it for Pause and
    /// <c>Lwt.pause</c>.
    /// </summary>
    public static Promise<T> Pause<T>()
    {
        var driver = Driver.Current;
        var promise = new Pausing<T>(driver);
        driver.Paused.Add(promise);
        return promise;
    }

    /// <summary>
    /// Returns a cancelable promise that the loop fulfills once so many seconds have passed on its clock, never
    /// earlier. F# calls it for <c>Lwt_unix.sleep</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seconds"/> is not a number.</exception>
    public static Promise<T> Sleep<T>(double seconds)
    {
        if (double.IsNaN(seconds))
            throw new ArgumentOutOfRangeException(nameof(seconds), "A sleep takes a number of seconds; NaN is none.");
        return Driver.Current.Loop.Timers.Sleep<T>(seconds);
    }

    /// <summary>
    /// Returns a cancelable promise that the loop fulfills once <paramref name="delay"/> has passed on its clock, never
    /// earlier; with <see cref="Timeout.InfiniteTimeSpan"/> it stays pending until it is cancelled. C# calls it for
    /// Sleep.
    /// </summary>
    public static Promise<T> Sleep<T>(TimeSpan delay) =>
        delay == Timeout.InfiniteTimeSpan
            ? new Waiting<T, EndlessSleep>(Driver.Current, Promise.Cancelable)
            : Driver.Current.Loop.Timers.Sleep<T>(delay.TotalSeconds);
}
