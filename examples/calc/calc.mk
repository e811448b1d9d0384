# Builds backstop and the calculator for the examples that call them, all under $(prefix).
here := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
root := $(abspath $(here)/../..)
prefix ?= $(root)/target/hosts
warnings := -Wall -Wextra -Wpedantic -Werror

libraries := $(prefix)/lib/libbackstop.so $(prefix)/lib/libcalc.so
headers := $(wildcard $(root)/include/backstop/*)

.DEFAULT_GOAL := all
all: $(libraries)

runtime := $(filter-out no_faults.cc,$(notdir $(wildcard $(root)/cpp/*.cc))) \
  $(notdir $(wildcard $(root)/cpp/*_$(shell uname -m).S))

$(prefix)/objects/%.o: $(root)/cpp/% $(wildcard $(root)/cpp/*.h) $(headers)
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -O2 -g -fPIC -fno-plt -fvisibility=hidden -DBACKSTOP_API='__attribute__((visibility("default")))' \
	  -U_FORTIFY_SOURCE -I$(root)/include -c $< -o $@

$(prefix)/lib/libbackstop.so: $(runtime:%=$(prefix)/objects/%.o) $(headers)
	@mkdir -p $(@D) $(prefix)/include/backstop
	cp $(headers) $(prefix)/include/backstop
	$(CXX) -shared -Wl,-soname,$(@F) $(filter %.o,$^) -o $@

# g++'s tables of destructors cover what faults, with this flag, and so the code is vouched for. clang++ ignores it.
vouch := $(if $(findstring clang,$(CXX)),,-DBACKSTOP_VOUCHED)
$(prefix)/lib/libcalc.so: $(here)/calc.cc $(here)/calc.h $(prefix)/lib/libbackstop.so
	$(CXX) -std=c++17 -O2 -g $(warnings) -fPIC -shared -fnon-call-exceptions -fasynchronous-unwind-tables \
	  -I$(prefix)/include -include backstop/vouched.h $(vouch) $< -o $@
