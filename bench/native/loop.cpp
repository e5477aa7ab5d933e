// The program that a device would run instead: a WebSocket of Poco, its JSON, and the threads that the specification names (one
// that receives, one that sends, one that looks for messages without an ack, four that handle what was received), which share
// one mutex and one condition variable. Prints its figures as JSON.
//
//   loop tls|plain PORT CA CERT KEY window WARM_UP_COUNT COUNT
//   loop tls|plain PORT CA CERT KEY burst COUNT

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/WebSocket.h>
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t window = 256;
constexpr auto ackTimeout = std::chrono::seconds(10);

struct Outgoing {
  std::string txn;
  std::string frame;
};
struct Waiting {
  std::string frame;
  Clock::time_point sentAt;
};

double cpuMicroseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) { return time.tv_sec * 1e6 + static_cast<double>(time.tv_usec); };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

std::string txnOf(size_t n) {
  char text[64];
  std::snprintf(text, sizeof text, "5f0c1a52-8a3e-4d0b-9a4e-%012zu", n);
  return text;
}

std::string timeNow() {
  const auto now = std::chrono::system_clock::now();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() % 1000000;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char day[32], text[64];
  std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text, sizeof text, "%s.%06ldZ", day, static_cast<long>(micros));
  return text;
}

std::string frameOf(size_t n, const std::string& txn) {
  using Poco::JSON::Array;
  using Poco::JSON::Object;
  Object::Ptr header = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  header->set("version", 7).set("systemId", "bench-unit-1").set("createdAt", timeNow()).set("txn", txn);
  Object::Ptr item = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  item->set("timestamp", "2026-03-02T08:15:30.000000Z").set("ram", 1048576 + n % 4096).set("cpu", n % 100);
  item->set("download", 52428800 + n).set("upload", 0);
  Array::Ptr items = new Array();
  items->add(item);
  Object::Ptr name = new Object();
  name->set("codename", "gw");
  Object::Ptr node = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  node->set("node", name).set("items", items);
  Array::Ptr nodes = new Array();
  nodes->add(node);
  Object::Ptr data = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  data->set("messageType", "monitoringData").set("nodes", nodes);
  Object message(Poco::JSON_PRESERVE_KEY_ORDER);
  message.set("header", header).set("data", data);
  std::ostringstream text;
  message.stringify(text);
  return text.str();
}

class Connection {
 public:
  Connection(Poco::Net::HTTPClientSession& session, Poco::Net::HTTPRequest& request)
      : mSocket(session, request, mResponse) {
    mSocket.setNoDelay(true);
    mThreads.emplace_back([this] { receive(); });
    mThreads.emplace_back([this] { sendQueue(); });
    mThreads.emplace_back([this] { watchUnacked(); });
    for (int n = 0; n < 4; n++) mThreads.emplace_back([this] { handle(); });
  }

  void send(size_t n) {
    const auto txn = txnOf(n);
    auto frame = frameOf(n, txn);
    std::lock_guard lock(mMutex);
    mQueue.push_back({txn, std::move(frame)});
    mChanged.notify_all();
  }

  /** Waits until fewer than `most` messages are queued or without an ack. */
  void waitFor(size_t most) {
    std::unique_lock lock(mMutex);
    mChanged.wait(lock, [&] { return mQueue.size() + mUnacked.size() < most; });
  }

 private:
  void receive() {
    std::vector<char> buffer(1 << 16);
    int flags = 0;
    while (true) {
      int length = 0;
      // An OpenSSL session is not for two threads at once, so reading waits for bytes without it.
      if (mSocket.available() == 0 && !mSocket.poll(Poco::Timespan(1, 0), Poco::Net::Socket::SELECT_READ)) continue;
      {
        std::lock_guard lock(mSocketMutex);
        length = mSocket.receiveFrame(buffer.data(), static_cast<int>(buffer.size()), flags);
      }
      if (length <= 0) return;
      std::lock_guard lock(mMutex);
      mReceived.emplace_back(buffer.data(), length);
      mChanged.notify_all();
    }
  }

  void sendQueue() {
    while (true) {
      Outgoing next;
      {
        std::unique_lock lock(mMutex);
        mChanged.wait(lock, [&] { return !mQueue.empty() && mUnacked.size() < window; });
        next = std::move(mQueue.front());
        mQueue.pop_front();
        mUnacked[next.txn] = {next.frame, Clock::now()};
      }
      std::lock_guard lock(mSocketMutex);
      mSocket.sendFrame(next.frame.data(), static_cast<int>(next.frame.size()), Poco::Net::WebSocket::FRAME_BINARY);
    }
  }

  void watchUnacked() {
    while (true) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      std::lock_guard lock(mMutex);
      for (auto at = mUnacked.begin(); at != mUnacked.end();) {
        if (Clock::now() - at->second.sentAt < ackTimeout) {
          ++at;
          continue;
        }
        mQueue.push_back({at->first, std::move(at->second.frame)});
        at = mUnacked.erase(at);
        mChanged.notify_all();
      }
    }
  }

  void handle() {
    while (true) {
      std::string text;
      {
        std::unique_lock lock(mMutex);
        mChanged.wait(lock, [&] { return !mReceived.empty(); });
        text = std::move(mReceived.front());
        mReceived.pop_front();
      }
      Poco::JSON::Parser parser;
      const auto message = parser.parse(text).extract<Poco::JSON::Object::Ptr>();
      if (message->getObject("data")->getValue<std::string>("messageType") != "ack") continue;
      const auto txn = message->getObject("header")->getValue<std::string>("txn");
      std::lock_guard lock(mMutex);
      mUnacked.erase(txn);
      mChanged.notify_all();
    }
  }

  Poco::Net::HTTPResponse mResponse;
  Poco::Net::WebSocket mSocket;
  std::mutex mSocketMutex;
  std::mutex mMutex;
  std::condition_variable mChanged;
  std::deque<Outgoing> mQueue;
  std::unordered_map<std::string, Waiting> mUnacked;
  std::deque<std::string> mReceived;
  std::vector<std::thread> mThreads;
};

}  // namespace

int main(int count, char** words) {
  if (count < 8) return 2;
  const std::string mode = words[1], kind = words[6];
  const auto port = static_cast<Poco::UInt16>(std::stoi(words[2]));
  Poco::Net::initializeSSL();
  std::unique_ptr<Poco::Net::HTTPClientSession> session;
  if (mode == "tls") {
    Poco::Net::Context::Ptr context = new Poco::Net::Context(
        Poco::Net::Context::TLS_CLIENT_USE, words[5], words[4], words[3], Poco::Net::Context::VERIFY_RELAXED);
    session = std::make_unique<Poco::Net::HTTPSClientSession>("127.0.0.1", port, context);
  } else {
    session = std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", port);
  }
  Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, "/", Poco::Net::HTTPMessage::HTTP_1_1);
  Connection connection(*session, request);

  const auto windowed = [&](size_t from, size_t to) {
    for (size_t n = from; n < to; n++) {
      connection.waitFor(window);
      connection.send(n);
    }
    connection.waitFor(1);
  };
  const size_t warm = kind == "burst" ? 1 : std::stoul(words[7]);
  windowed(0, warm);
  const size_t messages = std::stoul(words[kind == "burst" ? 7 : 8]);
  const auto cpuBefore = cpuMicroseconds();
  const auto before = Clock::now();
  if (kind == "burst") {
    for (size_t n = warm; n < warm + messages; n++) connection.send(n);
    connection.waitFor(1);
  } else {
    windowed(warm, warm + messages);
  }
  const auto cpu = (cpuMicroseconds() - cpuBefore) / static_cast<double>(messages);
  const auto seconds = std::chrono::duration<double>(Clock::now() - before).count();
  const std::string prefix = kind == "burst" ? "burst " : "";
  std::cout << "{\"" << prefix << "cpu\":" << cpu << ",\"" << prefix << "rate\":" << static_cast<double>(messages) / seconds << "}" << std::endl;
  std::_Exit(0);
}
