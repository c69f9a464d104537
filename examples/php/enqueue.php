<?php
// Puts an order straight into the fleet's Redis, and tells whether it was accepted. Needs php-redis.
//
//   php examples/php/enqueue.php REFERENCE
//
// REDIS_URL         redis://[USER:PASSWORD@]HOST:PORT, or unix:///PATH, of the fleet's workers
// CERTFLEET_PREFIX  theirs ({certfleet})
declare(strict_types=1);

const CONTRACT = 1;

function fail(string $text): never
{
    fwrite(STDERR, $text . "\n");
    exit(1);
}

function connect(string $url): Redis
{
    $at = parse_url(preg_replace('#^unix:/+#', 'unix://localhost/', $url));
    $redis = new Redis();
    if ($at['scheme'] === 'unix') $redis->connect($at['path'], 0, 5.0);
    else $redis->connect(($at['scheme'] === 'rediss' ? 'tls://' : '') . $at['host'], $at['port'] ?? 6379, 5.0);
    if (isset($at['pass'])) $redis->auth([urldecode($at['user'] ?? '') ?: 'default', urldecode($at['pass'])]);
    return $redis;
}

$reference = $argv[1] ?? '';
if ($reference === '') fail('Usage: php enqueue.php REFERENCE');
$prefix = getenv('CERTFLEET_PREFIX') ?: '{certfleet}';
$answers = "$prefix:inbox:answers:$reference";
$keys = ["$prefix:inbox:versions", "$prefix:inbox", "$prefix:inbox:orders", "$prefix:inbox:turns", $answers];
$order = json_encode(['reference' => $reference] + json_decode(file_get_contents(__DIR__ . '/../order.json'), true));
$script = file_get_contents(__DIR__ . '/../../lua/enqueue.lua');

try {
    $redis = connect(getenv('REDIS_URL') ?: 'redis://127.0.0.1:6379');
    $put = $redis->eval($script, [...$keys, (string) CONTRACT, $reference, $order], count($keys));
    if ($put === false) fail((string) $redis->getLastError());
    [$word, $ticket] = $put;
    fwrite(STDERR, "$word\n");
    do {
        usleep(200_000);
        $answer = json_decode((string) $redis->hGet($answers, $ticket), true);
    } while (($answer['status'] ?? '') === 'waiting');
} catch (RedisException $error) {
    // NOFLEET, VERSION, BADORDER, INBOXFULL, or what Redis says, begins with a word in capitals: nothing was put in.
    if (preg_match('/^[A-Z]{3,} /', $error->getMessage())) fail($error->getMessage());
    fail("{$error->getMessage()}: whether the order is there is unknown. Run this again: it is put in once.");
}
if (($answer['status'] ?? '') !== 'accepted') {
    $lines = ['refused: ' . ($answer['message'] ?? 'nothing is known of it')];
    foreach ($answer['errors'] ?? [] as $error) $lines[] = "  {$error['field']}: {$error['message']}";
    fail(implode("\n", $lines));
}
echo "$reference is accepted\n";
