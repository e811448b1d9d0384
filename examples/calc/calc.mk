# Builds backstop and the calculator for the examples that call them, all under $(prefix).
here := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
root := $(abspath $(here)/../..)
prefix ?= $(root)/target/hosts
warnings := -Wall -Wextra -Wpedantic -Werror

libraries := $(prefix)/lib/libbackstop.so $(prefix)/lib/libcalc.so
headers := $(wildcard $(root)/include/backstop/*)

.DEFAULT_GOAL := all
all: $(libraries)

$(shell mkdir -p $(prefix))

$(prefix)/lib/libbackstop.so: $(wildcard $(root)/cpp/* $(root)/cpp/cmake/*) $(headers)
	cmake -S $(root)/cpp -B $(prefix)/build -DBUILD_SHARED_LIBS=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	  -DCMAKE_C_COMPILER=$(CC) -DCMAKE_CXX_COMPILER=$(CXX) -DCMAKE_INSTALL_LIBDIR=lib >$(prefix)/cmake.log
	cmake --build $(prefix)/build --parallel >>$(prefix)/cmake.log
	cmake --install $(prefix)/build --prefix $(prefix) >>$(prefix)/cmake.log
	touch $@

# g++'s tables of destructors cover what faults, with this flag, and so the code is vouched for. clang++ ignores it.
vouch := $(if $(findstring clang,$(CXX)),,-DBACKSTOP_VOUCHED)
$(prefix)/lib/libcalc.so: $(here)/calc.cc $(here)/calc.h $(prefix)/lib/libbackstop.so
	$(CXX) -std=c++17 -O2 -g $(warnings) -fPIC -shared -fnon-call-exceptions -fasynchronous-unwind-tables \
	  -I$(prefix)/include -include backstop/vouched.h $(vouch) $< -o $@
