// A database in memory: filled, compacted, asked, walked through.
#include "driver.h"
#include "helpers/memenv/memenv.h"
#include "leveldb/db.h"
#include "leveldb/env.h"
#include <memory>
#include <string>

std::size_t work() {
  const std::unique_ptr<leveldb::Env> env(leveldb::NewMemEnv(leveldb::Env::Default()));
  leveldb::Options options;
  options.env = env.get();
  options.create_if_missing = true;
  leveldb::DB *opened;
  if (!leveldb::DB::Open(options, "/db", &opened).ok())
    std::abort();
  const std::unique_ptr<leveldb::DB> db(opened);
  Numbers numbers;
  const auto key = [&] { return "key" + std::to_string(numbers.next(10'000)); };
  for (int i = 0; i < 4000; ++i) {
    db->Put({}, key(), std::string(20 + numbers.next(80), 'v'));
  }
  db->CompactRange(nullptr, nullptr);
  std::size_t sum = 0;
  std::string value;
  for (int i = 0; i < 4000; ++i) {
    if (db->Get({}, key(), &value).ok())
      sum += value.size();
  }
  const std::unique_ptr<leveldb::Iterator> all(db->NewIterator({}));
  for (all->SeekToFirst(); all->Valid(); all->Next()) {
    sum += all->key().size() + all->value().size();
  }
  return sum;
}
