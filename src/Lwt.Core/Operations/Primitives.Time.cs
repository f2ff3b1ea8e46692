namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Pause.</summary>
    public static Promise<T> Pause<T>()
    {
        var driver = Driver.Current;
        var promise = new Promise<T>(driver, Promise.Cancelable);
        driver.Paused.Add(promise);
        return promise;
    }

    /// <summary>Sleep, in seconds on the loop's clock; never early.</summary>
    public static Promise<T> Sleep<T>(double seconds)
    {
        if (double.IsNaN(seconds))
            throw new ArgumentOutOfRangeException(nameof(seconds), "A sleep takes a number of seconds; NaN is none.");
        return Driver.Current.Loop.Timers.Sleep<T>(seconds);
    }

    /// <summary>Sleep.</summary>
    public static Promise<T> Sleep<T>(TimeSpan delay) =>
        delay == Timeout.InfiniteTimeSpan ? Cancelable<T>() : Driver.Current.Loop.Timers.Sleep<T>(delay.TotalSeconds);
}
