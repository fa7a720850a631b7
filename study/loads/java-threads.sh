# A Java program that creates and ends a pool of 16 threads 40 times.
setup() {
    apt-get install -y --no-install-recommends default-jdk-headless
    cat > Pools.java << 'END'
import java.util.concurrent.*;

public class Pools {
    public static void main(String[] words) throws Exception {
        for (int i = 0; i < 40; i++) {
            ExecutorService pool = Executors.newFixedThreadPool(16);
            for (int j = 0; j < 64; j++)
                pool.submit(() -> Math.sqrt(2));
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.MINUTES);
        }
    }
}
END
    javac Pools.java
}

run() { java Pools; }
