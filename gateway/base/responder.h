// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "wire/result.h"

#include <QThread>

#include <atomic>
#include <memory>

namespace Tidegate {

//! A queue for answers on the calling thread. The last responder may be let go of elsewhere, where a QObject of this
//! thread must not be destroyed.
inline std::shared_ptr<TaskQueue> makeAnswerQueue()
{
    return {new TaskQueue, [](TaskQueue *queue) {
                if (queue->thread() == QThread::currentThread())
                    delete queue;
                else
                    queue->deleteLater();
            }};
}

//! What an asynchronous callback answers through. Copies share one answer: the first one counts, later ones are
//! ignored, and letting go of the last copy unanswered is an error of its own. Any thread, at any time, also after the
//! asker is gone.
template <typename T>
class Responder
{
public:
    //! \p deliver runs on the thread of \p queue, unless the queue has been closed.
    Responder(std::shared_ptr<TaskQueue> queue, std::function<void(Result<T>)> deliver)
        : m_state(std::make_shared<State>(std::move(queue), std::move(deliver)))
    {
    }

    void operator()(Result<T> outcome) const { m_state->answer(std::move(outcome)); }

private:
    struct State
    {
        State(std::shared_ptr<TaskQueue> owner, std::function<void(Result<T>)> deliverTo)
            : queue(std::move(owner))
            , deliver(std::move(deliverTo))
        {
        }
        ~State() { answer(Error{ErrorCode::Internal, QStringLiteral("callback ended without an answer")}); }
        Q_DISABLE_COPY_MOVE(State)

        void answer(Result<T> outcome)
        {
            if (answered.exchange(true))
                return;
            queue->post(
                [body = std::move(deliver), result = std::move(outcome)]() mutable { body(std::move(result)); });
        }

        const std::shared_ptr<TaskQueue> queue;
        std::function<void(Result<T>)> deliver;
        std::atomic<bool> answered = false;
    };
    std::shared_ptr<State> m_state;
};

} // namespace Tidegate
